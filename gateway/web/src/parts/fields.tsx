// Fields of a form: each with its label, its hint and, when something is not right, why.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { words } from "../../generated/interface";
import { type Codes, dayInFull, typedDay, useWords } from "../words";

let made = 0;
export function useId(): string {
  const [id] = useState(() => "f" + ++made);
  return id;
}

interface Common {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

function Around(props: Common & { id: string; children: ComponentChildren }) {
  return (
    <div class={"field" + (props.error ? " wrong" : "")}>
      <label class="utrecht-form-label" for={props.id}>
        {props.label}
      </label>
      {props.hint && (
        <p class="utrecht-form-field-description" id={props.id + "-hint"}>
          {props.hint}
        </p>
      )}
      {props.error && (
        <p class="utrecht-form-field-error-message" id={props.id + "-error"}>
          {props.error}
        </p>
      )}
      {props.children}
    </div>
  );
}

function described(id: string, props: Common): string | undefined {
  return [props.hint && id + "-hint", props.error && id + "-error"].filter(Boolean).join(" ") || undefined;
}

export function TextField(
  props: Common & {
    value: string;
    onInput: (value: string) => void;
    kind?: "text" | "password" | "code" | "username" | "new-password";
  },
) {
  const id = useId();
  const kind = props.kind ?? "text";
  const said = {
    id,
    class: "utrecht-textbox utrecht-textbox--html-input",
    autocomplete: { text: "off", password: "current-password", code: "one-time-code", username: "username", "new-password": "new-password" }[kind],
    value: props.value,
    "aria-describedby": described(id, props),
    onInput: (event: { currentTarget: HTMLInputElement }) => props.onInput(event.currentTarget.value),
  };
  const wrong = props.error ? ({ "aria-invalid": "true" } as const) : {};
  return (
    <Around {...props} id={id}>
      {kind === "password" || kind === "new-password" ? (
        <input {...said} {...wrong} type="password" />
      ) : (
        <input {...said} {...wrong} type="text" spellcheck={kind === "text"} {...(kind === "code" ? { inputMode: "numeric" as const } : {})} />
      )}
    </Around>
  );
}

export function LongText(props: Common & { value: string; onInput: (value: string) => void }) {
  const id = useId();
  return (
    <Around {...props} id={id}>
      <textarea
        id={id}
        class="utrecht-textarea utrecht-textarea--html-textarea"
        rows={Math.min(12, Math.max(3, props.value.split("\n").length + 1))}
        value={props.value}
        aria-describedby={described(id, props)}
        aria-invalid={props.error ? "true" : undefined}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </Around>
  );
}

function shortDay(date: string): string {
  return date ? date.split("-").reverse().map(Number).join("-") : "";
}

// Typed as people write it; shown back in full.
export function DayField(props: Common & { value: string; onInput: (value: string) => void }) {
  const { t, language } = useWords();
  const [typed, setTyped] = useState(shortDay(props.value));
  const wrong = typed !== "" && typedDay(typed) === undefined;
  const [left, setLeft] = useState(false);
  // Rows before it may go: then this one says what it stands for now.
  useEffect(() => {
    const meant = typedDay(typed);
    if (meant !== undefined && meant !== props.value) setTyped(shortDay(props.value));
  }, [props.value]);
  const error = left && wrong ? t("error.date") : props.error;
  const id = useId();
  return (
    <Around label={props.label} hint={props.hint} error={error} id={id}>
      <input
        id={id}
        class="utrecht-textbox utrecht-textbox--html-input day"
        autocomplete="off"
        value={typed}
        aria-describedby={described(id, { ...props, error })}
        aria-invalid={error ? "true" : undefined}
        onBlur={() => setLeft(true)}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          props.onInput(typedDay(event.currentTarget.value) ?? "");
        }}
      />
      {props.value && !wrong && <p class="muted">{dayInFull(language, props.value)}</p>}
    </Around>
  );
}

export interface Option {
  value: string;
  label: string;
  hint?: string;
  off?: boolean;
}

export function Choice(props: Common & { value: string; options: Option[]; onChoose: (value: string) => void; beside?: boolean }) {
  const id = useId();
  return (
    <fieldset class={"field" + (props.error ? " wrong" : "") + (props.beside ? " beside" : "")} aria-describedby={described(id, props)}>
      <legend class="utrecht-form-label">{props.label}</legend>
      {props.hint && (
        <p class="utrecht-form-field-description" id={id + "-hint"}>
          {props.hint}
        </p>
      )}
      {props.error && (
        <p class="utrecht-form-field-error-message" id={id + "-error"}>
          {props.error}
        </p>
      )}
      {props.options.map((option) => (
        <label class="option" key={option.value}>
          <input
            type="radio"
            name={id}
            value={option.value}
            checked={props.value === option.value}
            disabled={option.off}
            onChange={() => props.onChoose(option.value)}
          />
          <span>
            {option.label}
            {option.hint && <small class="muted">{option.hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function Checks(props: Common & { values: string[]; options: Option[]; onChange: (values: string[]) => void }) {
  const id = useId();
  return (
    <fieldset class="field" aria-describedby={described(id, props)}>
      <legend class="utrecht-form-label">{props.label}</legend>
      {props.hint && (
        <p class="utrecht-form-field-description" id={id + "-hint"}>
          {props.hint}
        </p>
      )}
      {props.options.map((option) => (
        <label class="option" key={option.value}>
          <input
            type="checkbox"
            checked={props.values.includes(option.value)}
            onChange={(event) =>
              props.onChange(event.currentTarget.checked ? [...props.values, option.value] : props.values.filter((one) => one !== option.value))
            }
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function YesNo(props: Common & { value: boolean | undefined; onChoose: (value: boolean) => void }) {
  const { t } = useWords();
  return (
    <Choice
      {...props}
      value={props.value === undefined ? "" : String(props.value)}
      options={[
        { value: "true", label: t("yes") },
        { value: "false", label: t("no") },
      ]}
      onChoose={(value) => props.onChoose(value === "true")}
    />
  );
}

// `all`: choosing nothing is choosing all of them.
export function Select(props: Common & { value: string; options: Option[]; onChoose: (value: string) => void; all?: boolean }) {
  const { t } = useWords();
  const id = useId();
  return (
    <Around {...props} id={id}>
      <select
        id={id}
        class="utrecht-select utrecht-select--html-select"
        value={props.value}
        aria-describedby={described(id, props)}
        onChange={(event) => props.onChoose(event.currentTarget.value)}
      >
        <option value="">{t(props.all ? "choose.all" : "choose")}</option>
        {props.options.map((option) => (
          <option value={option.value} key={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Around>
  );
}

export function CodeField(props: Common & { codes: Codes; value: string; onChoose: (value: string) => void; only?: string[]; all?: boolean }) {
  const { word } = useWords();
  const ids = Object.keys(words[props.codes]).filter((code) => !props.only || props.only.includes(code));
  const options = ids.map((code) => ({ value: code, label: word(props.codes, code) }));
  return ids.length <= 6 ? <Choice {...props} options={options} /> : <Select {...props} options={options} />;
}
