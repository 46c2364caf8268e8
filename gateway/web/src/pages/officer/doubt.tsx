// The log did not hold: what was found, and two people who looked and say why it goes on. And who cosigns it.
import { useState } from "preact/hooks";
import { call, type Problem } from "../../api";
import { Alert, Button, Loading, Title, Trouble } from "../../parts/common";
import { LongText, TextField } from "../../parts/fields";
import { Table } from "../../parts/table";
import { useLoadedOnce } from "../../live";
import { useWords } from "../../words";

export function DoubtPage() {
  const { t, moment, language } = useWords();
  const found = useLoadedOnce(() => call("audit.verdict"));
  const [said, setSaid] = useState({ reason: "", worker: "", pin: "", second: "", secondPin: "" });
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState(false);
  const put = (change: Partial<typeof said>) => setSaid({ ...said, ...change });
  if (!found.value) return found.problem ? <Trouble problem={found.problem} again={found.again} /> : <Loading />;
  const { says, saysNl, found: when, file } = found.value;
  return (
    <>
      <Title>{t("fg.doubt")}</Title>
      {(done || !says) && <Alert kind="ok" title={t(done ? "fg.doubt.done" : "fg.doubt.none")} />}
      {says && !done && (
        <>
          <Alert kind="error" title={t("fg.log.wrong")}>
            <p>{language === "nl" ? saysNl : says}</p>
            <p>{t("fg.doubt.found", { when: moment(when ?? ""), file: file ?? "" })}</p>
          </Alert>
          <p>{t("fg.doubt.how")}</p>
          <LongText label={t("fg.doubt.reason")} value={said.reason} onInput={(reason) => put({ reason })} />
          <TextField label={t("fg.doubt.first")} value={said.worker} onInput={(worker) => put({ worker })} />
          <TextField kind="password" label={t("fg.request.second.pin")} value={said.pin} onInput={(pin) => put({ pin })} />
          <TextField label={t("fg.doubt.second")} value={said.second} onInput={(second) => put({ second })} />
          <TextField kind="password" label={t("fg.request.second.pin")} value={said.secondPin} onInput={(secondPin) => put({ secondPin })} />
          <Button main onClick={() => call("audit.resolve", said).then(() => (put({ pin: "", secondPin: "" }), setDone(true)), setProblem)}>
            {t("fg.doubt.go-on")}
          </Button>
          <Trouble problem={problem} />
        </>
      )}
    </>
  );
}

export function Witnesses() {
  const { t, moment } = useWords();
  const all = useLoadedOnce(() => call("audit.witnesses"));
  const [problem, setProblem] = useState<Problem>();
  const rows = all.value?.witnesses ?? [];
  if (rows.length === 0 && !all.value?.atOnce) return null;
  const confirm = (verifierKey: string) => call("audit.confirm-witness", { verifierKey }).then(all.again, setProblem);
  const { since, size, fresh, quorum, atOnce, reason } = all.value!;
  return (
    <section>
      <h2>{t("fg.witnesses")}</h2>
      {atOnce && (
        <Alert kind="warning" title={t("fg.witnesses.changed", { reason: reason ?? "" })}>
          <Button onClick={() => void confirm("seen")}>{t("fg.witnesses.seen")}</Button>
        </Alert>
      )}
      <p>{since ? t(fresh ? "fg.witnesses.fresh" : "fg.witnesses.old", { size: size ?? 0, when: moment(since), quorum: quorum ?? 0 }) : t("fg.witnesses.none", { quorum: quorum ?? 0 })}</p>
      <Trouble problem={problem} />
      <Table
        columns={[t("fg.who"), t("fg.witnesses.key"), t("fg.what")]}
        rows={rows.map((one) => ({
          key: one.verifierKey ?? "",
          cells: [
            one.title || one.org || one.url || "",
            <code>{one.verifierKey}</code>,
            one.confirmed ? t("fg.witnesses.confirmed") : <Button onClick={() => void confirm(one.verifierKey ?? "")}>{t("fg.witnesses.confirm")}</Button>,
          ],
        }))}
      />
    </section>
  );
}
