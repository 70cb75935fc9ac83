import { ApiOutlined } from "@ant-design/icons";
import { NavLink } from "react-router";
import { useTexts } from "../texts/use-texts.ts";
import { type Section, sections } from "./sections.tsx";

const groups = ["", "work", "data", "code", "system"] as const;

export function Navigation() {
  const { nav } = useTexts();
  return (
    <nav className="navigation" aria-label={nav.main}>
      {groups.map((group) => (
        <NavigationGroup key={group} group={group} />
      ))}
    </nav>
  );
}

function NavigationGroup({ group }: { group: Section["group"] }) {
  const { nav } = useTexts();
  const members = sections.filter((section) => section.group === group);
  const isSystem = group === "system";
  if (members.length === 0 && !isSystem) return null;
  return (
    <div className="navigation-group">
      {group !== "" && <span className="navigation-title">{nav[group]}</span>}
      <ul>
        {members.map(({ path, label, icon }) => (
          <li key={path}>
            <NavLink to={path} end={path === "/"}>
              {icon}
              {nav[label]}
            </NavLink>
          </li>
        ))}
        {isSystem && (
          <li>
            <a href="/api" target="_blank" rel="noreferrer">
              <ApiOutlined />
              {nav.reference}
            </a>
          </li>
        )}
      </ul>
    </div>
  );
}
