// Two windows wrote one draft: what differs, and whoever writes chooses.
import { Alert, Button } from "../../parts/common";
import { nameOf } from "../../parts/document";
import { Table } from "../../parts/table";
import { useWords } from "../../words";
import type { Conflict } from "./use_draft";
import { differences, type Written } from "./written";

export function Choose({ mine, conflict, settle }: { mine: Written; conflict: Conflict; settle: (mine: boolean) => void }) {
  const { t, language } = useWords();
  const rows = differences(mine, conflict.other);
  return (
    <Alert kind="warning" title={t("new.stale")}>
      <Table
        columns={[t("new.stale.field"), t("new.stale.mine"), t("new.stale.other")]}
        rows={rows.map(({ path, mine: one, other }) => ({ key: path.join("/"), cells: [nameOf(path, language), one, other] }))}
      />
      <p class="acts">
        <Button main onClick={() => settle(true)}>
          {t("new.stale.keep")}
        </Button>
        <Button onClick={() => settle(false)}>{t("new.stale.take")}</Button>
      </p>
    </Alert>
  );
}
