import { theme, type ThemeConfig } from "antd";

const font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const mono = "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'Liberation Mono', monospace";

/** The same colours as styles.css has; texts keep a contrast of 4.5 on every ground they stand on. */
const light = {
  colorPrimary: "#0f766e",
  colorInfo: "#0e6ba8",
  colorSuccess: "#15803d",
  colorWarning: "#a15c07",
  colorError: "#c02626",
  colorLink: "#0f766e",
  colorBgLayout: "#f5f7f6",
  colorText: "#15211f",
  colorTextSecondary: "#52605d",
  colorTextTertiary: "#5c6a67",
  colorTextQuaternary: "#65736f",
  colorTextDescription: "#52605d",
  colorTextPlaceholder: "#65736f",
  colorBorder: "#cfd8d5",
  colorBorderSecondary: "#e3e9e7",
  colorSuccessBg: "#e8f6ed",
  colorInfoBg: "#e8f3fa",
  colorWarningBg: "#fdf3e2",
  colorErrorBg: "#fdecec",
};
const dark: typeof light = {
  colorPrimary: "#2dd4bf",
  colorInfo: "#7cc4f5",
  colorSuccess: "#4ade80",
  colorWarning: "#fbbf24",
  colorError: "#f87171",
  colorLink: "#2dd4bf",
  colorBgLayout: "#0d1312",
  colorText: "#e4ebe9",
  colorTextSecondary: "#a3b1ad",
  colorTextTertiary: "#98a7a3",
  colorTextQuaternary: "#8d9c98",
  colorTextDescription: "#a3b1ad",
  colorTextPlaceholder: "#8d9c98",
  colorBorder: "#35413e",
  colorBorderSecondary: "#27312e",
  colorSuccessBg: "#12301d",
  colorInfoBg: "#10283a",
  colorWarningBg: "#33270c",
  colorErrorBg: "#3a1a1a",
};
const shape = { borderRadius: 8, fontFamily: font, fontFamilyCode: mono, fontSize: 14, controlHeight: 34 };

/** What the components look like, by light or dark; `isStill` for people whom motion disturbs. */
export function themeOf(isDark: boolean, isStill: boolean): ThemeConfig {
  const grounds = isDark ? { colorBgContainer: "#151c1b", colorBgElevated: "#1b2423" } : {};
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: { ...shape, ...(isDark ? dark : light), ...grounds, motion: !isStill },
    components: {
      Button: isDark
        ? {
            primaryColor: "#04211d",
            colorPrimary: "#2dd4bf",
            colorPrimaryHover: "#5eead4",
            dangerColor: "#2a0606",
          }
        : {},
      Table: { headerBg: "transparent", headerSplitColor: "transparent", cellPaddingBlock: 10 },
      Tabs: { horizontalItemPadding: "10px 0" },
    },
  };
}
