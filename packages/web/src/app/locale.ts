import * as german from "antd/es/locale/de_DE.js";
import * as english from "antd/es/locale/en_US.js";
import type { ConfigProviderProps } from "antd";
import type { Language } from "./preferences.ts";

type Locale = NonNullable<ConfigProviderProps["locale"]>;

/** The few texts that the components say by themselves. The package's types are of its other build, hence the cast. */
export function localeOf(language: Language): Locale {
  return (language === "de" ? german : english).default as unknown as Locale;
}
