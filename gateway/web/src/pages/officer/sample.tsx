// A sample of who saw what: drawn from a seed that is shown, and what a rule picks out.
import { useState } from "preact/hooks";
import type { SampleAnswer } from "../../../generated/interface";
import { call, type Problem } from "../../api";
import { Button, Title, Trouble } from "../../parts/common";
import { TextField } from "../../parts/fields";
import { Table } from "../../parts/table";
import { useWords } from "../../words";
import { Filters, thisQuarter } from "./filter";

export function SamplePage() {
  const { t, word, moment } = useWords();
  const [filter, setFilter] = useState(thisQuarter);
  const [seed, setSeed] = useState("");
  const [count, setCount] = useState("20");
  const [drawn, setDrawn] = useState<SampleAnswer>();
  const [problem, setProblem] = useState<Problem>();
  const draw = () => {
    setProblem(undefined);
    call("audit.sample", { seed: seed.trim(), count: Number(count) || 0, from: filter.from, until: filter.until }).then(setDrawn, setProblem);
  };
  const rows = drawn?.rows ?? [];
  return (
    <>
      <Title sub={t("fg.sample.sub")}>{t("fg.sample")}</Title>
      <Filters filter={filter} put={(change) => setFilter({ ...filter, ...change })} only="period" />
      <TextField label={t("fg.sample.seed")} hint={t("fg.sample.seed.hint")} value={seed} onInput={setSeed} />
      <TextField label={t("fg.sample.count")} value={count} onInput={setCount} />
      <Button main onClick={draw}>
        {t("fg.sample.draw")}
      </Button>
      <Trouble problem={problem} />
      {drawn && (
        <div role="status">
          <p>{t("fg.sample.drawn", { seed: drawn.seed ?? "", n: rows.length, of: drawn.of ?? 0 })}</p>
          {rows.length > 0 && (
            <Table
              columns={[t("fg.when"), t("fg.who"), t("fg.what"), t("fg.of"), t("fg.sample.because")]}
              rows={rows.map(({ access = {}, why = [] }) => ({
                key: String(access.number),
                cells: [
                  moment(access.time ?? ""),
                  `${access.person} (${word("ActorRole", access.role)})`,
                  word("AccessKind", access.kind),
                  [(access.categories ?? []).map((kind) => word("Category", kind)).join(", "), access.list, access.reason].filter(Boolean).join(" · "),
                  why.map((one) => word("SampleReason", one)).join(", "),
                ],
              }))}
            />
          )}
        </div>
      )}
    </>
  );
}
