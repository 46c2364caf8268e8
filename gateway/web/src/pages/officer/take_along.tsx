// What is taken out of the house: a file and the manifest beside it. Who took it, and why, is in the access log.
import { useState } from "preact/hooks";
import { call, type Problem } from "../../api";
import { Alert, Button, Trouble } from "../../parts/common";
import { TextField } from "../../parts/fields";
import { useWords } from "../../words";
import { download } from "./download";

// Both as the operation made them.
export async function handOver(what: string, format: string, reason: string, more: object = {}): Promise<void> {
  const made = await call("audit.export", { what, format, ...more, actor: { reason } });
  download(made.name ?? what, made.content ?? "", "text/plain");
  download(`${made.name}.manifest.json`, made.manifest ?? "", "application/json");
}

export function TakeAlong({ what, formats, of }: { what: string; formats: string[]; of: object }) {
  const { t } = useWords();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState(false);
  const take = (format: string) => {
    setDone(false);
    setProblem(undefined);
    handOver(what, format, reason, of).then(() => setDone(true), setProblem);
  };
  return (
    <section>
      <h2>{t("fg.take")}</h2>
      <TextField label={t("fg.take.why")} hint={t("fg.take.hint")} value={reason} onInput={setReason} />
      <p class="acts">
        {formats.map((format) => (
          <Button key={format} onClick={() => take(format)} label={t("fg.take.as", { form: format.toUpperCase() })}>
            {format.toUpperCase()}
          </Button>
        ))}
      </p>
      <Trouble problem={problem} />
      {done && <Alert kind="ok" title={t("fg.take.done")} />}
    </section>
  );
}
