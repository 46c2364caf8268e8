// What somebody was writing when their screen locked or was hidden: in the memory of this page alone, until they log out or
// somebody else logs in.
const kept = new Map<string, unknown>();
const saving = new Set<() => Promise<boolean>>();

export function keep(name: string, what: unknown): void {
  kept.set(name, what);
}
export function keptOf<T>(name: string): T | undefined {
  return kept.get(name) as T | undefined;
}
export function letGo(name: string): void {
  kept.delete(name);
}
// What is saved before somebody leaves, until the returned function is called.
export function saveBeforeLeaving(save: () => Promise<boolean>): () => void {
  saving.add(save);
  return () => saving.delete(save);
}
// False when something could not be saved.
export async function saveEverything(): Promise<boolean> {
  return (await Promise.all([...saving].map((save) => save()))).every(Boolean);
}
export function forgetEverything(): void {
  kept.clear();
}
