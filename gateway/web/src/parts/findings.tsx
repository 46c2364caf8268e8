// What the rules say of a document: what blocks, what asks why, what is only to be known.
import type { Finding } from "../../generated/interface";
import { useWords } from "../words";
import { Alert } from "./common";
import { LongText } from "./fields";

interface Asked {
  findings: Finding[];
  reasons: Record<string, string>;
  onReason: (pointer: string, reason: string) => void;
  whose?: (pointer: string) => string; // of which child, where there are several
}

export function Findings(props: Asked) {
  const { t, language } = useWords();
  const sentence = (finding: Finding) => {
    const whose = props.whose?.(finding.pointer ?? "");
    return (whose ? whose + ": " : "") + ((language === "nl" ? finding.sentenceNl : finding.sentenceEn) ?? finding.id ?? "");
  };
  const blocking = props.findings.filter((finding) => finding.blocks);
  const asking = props.findings.filter((finding) => !finding.blocks && !finding.informs);
  const informing = props.findings.filter((finding) => finding.informs);
  return (
    <>
      {blocking.length > 0 && (
        <Alert kind="error" title={t("step.blocked")}>
          <ul>
            {blocking.map((finding) => (
              <li key={(finding.pointer ?? "") + finding.id}>{sentence(finding)}</li>
            ))}
          </ul>
        </Alert>
      )}
      {informing.length > 0 && (
        <Alert kind="info">
          <ul>
            {informing.map((finding) => (
              <li key={(finding.pointer ?? "") + finding.id}>{sentence(finding)}</li>
            ))}
          </ul>
        </Alert>
      )}
      {asking.map((finding) => (
        <div class="asks" key={(finding.pointer ?? "") + finding.id}>
          <p>{sentence(finding)}</p>
          <LongText label={t("step.asks")} value={props.reasons[finding.pointer ?? ""] ?? ""} onInput={(reason) => props.onReason(finding.pointer ?? "", reason)} />
        </div>
      ))}
    </>
  );
}
