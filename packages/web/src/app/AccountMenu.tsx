import { UserOutlined } from "@ant-design/icons";
import { Button, Dropdown, type MenuProps } from "antd";
import { api } from "../api/api.ts";
import { useSignOutMutation, type WhoAmI } from "../api/session-api.ts";
import { useTexts } from "../texts/use-texts.ts";
import { type Language, languageChosen, type ThemeChoice, themeChosen } from "./preferences.ts";
import { useAppDispatch, useAppSelector } from "./store.ts";

const languages: { key: Language; label: string }[] = [
  { key: "en", label: "English" },
  { key: "de", label: "Deutsch" },
];

/** Who one is, how the page looks and speaks, and the way out. */
export function AccountMenu({ who, onKeys }: { who: WhoAmI; onKeys: () => void }) {
  const { app } = useTexts();
  const { theme, language } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  const [signOut] = useSignOutMutation();
  const leave = async () => {
    await signOut();
    dispatch(api.util.resetApiState());
  };
  const themes: { key: ThemeChoice; label: string }[] = [
    { key: "system", label: app.themeSystem },
    { key: "light", label: app.themeLight },
    { key: "dark", label: app.themeDark },
  ];
  const items: MenuProps["items"] = [
    { key: "who", type: "group", label: app.account(who.user.name) },
    { key: "theme", label: app.theme, children: themes },
    { key: "language", label: app.language, children: languages },
    { key: "keys", label: app.keys, extra: "?" },
    { type: "divider" },
    { key: "leave", label: app.signOut },
  ];
  const onClick: MenuProps["onClick"] = ({ key, keyPath }) => {
    if (keyPath[1] === "theme") dispatch(themeChosen(key as ThemeChoice));
    else if (keyPath[1] === "language") dispatch(languageChosen(key as Language));
    else if (key === "keys") onKeys();
    else if (key === "leave") void leave();
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items, onClick, selectable: true, selectedKeys: [theme, language], multiple: true }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={app.account(who.user.name)}>
        <span className="only-wide">{who.user.name}</span>
      </Button>
    </Dropdown>
  );
}
