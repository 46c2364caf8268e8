// A page that is loaded when somebody first goes there.
import { type ComponentType, h } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Problem } from "../api";
import { Failed, Loading } from "./common";

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let page: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [, loaded] = useState(false);
    const [problem, setProblem] = useState<Problem>();
    const begin = () => {
      setProblem(undefined);
      load().then(
        (made) => {
          page = made;
          loaded(true);
        },
        () => setProblem(new Problem(0, "no-connection", "", "")),
      );
    };
    useEffect(() => {
      if (!page) begin();
    }, []);
    if (page) return h(page, props);
    return problem ? <Failed problem={problem} again={begin} /> : <Loading />;
  };
}
