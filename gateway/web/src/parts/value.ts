// A document as a form has it: any of its fields, as far as somebody filled them in.
export type Value = Record<string, unknown>;

// Without what is empty, so that only what was said travels.
export function trimmed(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(trimmed).filter((one) => one !== undefined);
    return all.length > 0 ? all : undefined;
  }
  if (value !== null && typeof value === "object") {
    const all = Object.entries(value).map(([name, one]) => [name, trimmed(one)] as const).filter(([, one]) => one !== undefined);
    return all.length > 0 ? Object.fromEntries(all) : undefined;
  }
  return typeof value === "string" ? value.trim() || undefined : value ?? undefined;
}
