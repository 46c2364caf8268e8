// A table that is a list with labels on a narrow screen.
import type { ComponentChildren } from "preact";

export interface TableRow {
  key: string;
  cells: ComponentChildren[];
}

export function Table({ columns, rows }: { columns: string[]; rows: TableRow[] }) {
  return (
    <table class="utrecht-table">
      <thead class="utrecht-table__header">
        <tr class="utrecht-table__row">
          {columns.map((name, at) => (
            <th class="utrecht-table__header-cell" scope="col" key={at}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody class="utrecht-table__body">
        {rows.map((row) => (
          <tr class="utrecht-table__row" key={row.key}>
            {row.cells.map((cell, at) => (
              <td class="utrecht-table__cell" data-label={columns[at]} key={at}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
