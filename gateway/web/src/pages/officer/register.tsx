// The register of processing activities: what the program knows, and what only people know.
import { useState } from "preact/hooks";
import type { Ground, RegisterAnswer } from "../../../generated/interface";
import { call, type Problem } from "../../api";
import { Alert, Button, Failed, Loading, Title, Trouble } from "../../parts/common";
import { LongText, Select } from "../../parts/fields";
import { Table } from "../../parts/table";
import { useLoadedOnce } from "../../live";
import { capital, type Key, useWords } from "../../words";
import { handOver } from "./take_along";

const kWords = ["contact", "officer", "security", "processor", "transfers"] as const;

export function RegisterPage() {
  const { t, word, moment } = useWords();
  const loaded = useLoadedOnce(() => call("register.show"));
  const [changed, setChanged] = useState<RegisterAnswer>();
  const [field, setField] = useState("");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<Problem>();
  if (loaded.problem) return <Failed problem={loaded.problem} again={loaded.again} />;
  const register = changed ?? loaded.value;
  if (!register) return <Loading />;
  const sheets = register.sheets ?? [];
  const sheet = (id: string | undefined) => t(("fg.sheet." + id) as Key);
  const grounds = [...new Set(sheets.flatMap((one) => (one.bases ?? []).map((basis) => basis.ground as Ground)))];
  const name = (of: string) => (of.startsWith("purpose.") ? t("fg.register.purpose", { sheet: sheet(of.slice(8)) }) : of.startsWith("basis.") ? t("fg.register.basis", { ground: word("Ground", of.slice(6)) }) : t(("fg.register." + of) as Key));
  const fields = [...kWords, ...sheets.map((one) => "purpose." + one.id), ...grounds.map((ground) => "basis." + ground)];
  const save = () => {
    setProblem(undefined);
    call("register.set", { field, text, actor: { reason: t("fg.register") } }).then((answer) => {
      setChanged(answer);
      setField("");
      setText("");
    }, setProblem);
  };
  const list = (categories: string[] | undefined) => (categories ?? []).map((one) => word("Category", one)).join(", ");
  return (
    <>
      <Title sub={t("fg.register.sub", { when: moment(register.made ?? ""), n: register.versions ?? 0 })}>{t("fg.register")}</Title>
      <Table columns={[t("fg.register.what"), t("fg.register.said"), t("fg.who")]} rows={(register.said ?? []).map((one) => ({ key: one.field ?? "", cells: [name(one.field ?? ""), one.text, `${one.person}, ${moment(one.since ?? "")}`] }))} />
      {sheets.map((one) => (
        <section key={one.id}>
          <h2>{sheet(one.id)}</h2>
          <dl>
            <dt>{t("fg.register.bases")}</dt>
            <dd>{(one.bases ?? []).map((basis) => `${capital(word("Ground", basis.ground))}: ${basis.articles ? t("fg.register.article", { n: basis.articles }) : t("fg.register.unknown")}`).join(". ") || t("fg.register.unknown")}</dd>
            <dt>{t("fg.register.sent")}</dt>
            <dd>{list(one.sent) || "–"}</dd>
            <dt>{t("fg.register.received")}</dt>
            <dd>{list(one.received) || "–"}</dd>
            <dt>{t("fg.with")}</dt>
            <dd>{(one.partners ?? []).map((partner) => partner.title || partner.org).join(", ") || "–"}</dd>
            <dt>{t("fg.register.kept")}</dt>
            <dd>{(one.kept ?? []).map((kept) => `${word("Category", kept.category)} ${kept.months}`).join(", ") || "–"}</dd>
          </dl>
        </section>
      ))}
      <h2>{t("fg.register.fill")}</h2>
      <Select label={t("fg.register.what")} value={field} options={fields.map((one) => ({ value: one, label: name(one) }))} onChoose={(chosen) => {
        setField(chosen);
        setText((register.said ?? []).find((one) => one.field === chosen)?.text ?? "");
      }} />
      {field && (
        <>
          <LongText label={name(field)} hint={t("fg.register.stays")} value={text} onInput={setText} />
          <Button main onClick={save}>
            {t("fg.register.save")}
          </Button>
        </>
      )}
      <Trouble problem={problem} />
      {changed && <Alert kind="ok" title={t("fg.register.saved")} />}
      <p class="acts">
        <Button onClick={() => void handOver("register", "csv", t("fg.register")).catch(setProblem)}>{t("fg.export.csv")}</Button>
        <Button onClick={() => print()}>{t("shift.print")}</Button>
      </p>
    </>
  );
}
