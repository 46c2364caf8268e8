// What a page says where it leads: on that page alone.
export type Tell = (path: string, kind: "ok" | "warning", said: string) => void;
