import {
  AppstoreOutlined,
  CloudServerOutlined,
  FileTextOutlined,
  FolderOutlined,
  HomeOutlined,
  InboxOutlined,
  MessageOutlined,
  PartitionOutlined,
  PlayCircleOutlined,
  SettingOutlined,
  ThunderboltOutlined,
} from "@ant-design/icons";
import { type ComponentType, lazy, type LazyExoticComponent, type ReactNode } from "react";
import type { Texts } from "../texts/en.ts";

export interface Section {
  path: string;
  label: keyof Texts["nav"];
  group: "" | "work" | "data" | "code" | "system";
  icon: ReactNode;
  /** After `g`, leads here. */
  key: string;
  keyLabel: keyof Texts["keys"];
  page: LazyExoticComponent<ComponentType>;
}

/** What is in the menu, in its order; a page's code comes when it is gone to. */
export const sections: Section[] = [
  {
    path: "/",
    label: "home",
    group: "",
    icon: <HomeOutlined />,
    key: "h",
    keyLabel: "goHome",
    page: lazy(() => import("../pages/home/HomePage.tsx").then(({ HomePage }) => ({ default: HomePage }))),
  },
  {
    path: "/work-items",
    label: "workItems",
    group: "work",
    icon: <InboxOutlined />,
    key: "w",
    keyLabel: "goWorkItems",
    page: lazy(() =>
      import("../pages/work-items/WorkItemsPages.tsx").then((m) => ({ default: m.WorkItemsPages })),
    ),
  },
  {
    path: "/messages",
    label: "messages",
    group: "work",
    icon: <MessageOutlined />,
    key: "m",
    keyLabel: "goMessages",
    page: lazy(() =>
      import("../pages/messages/MessagesPages.tsx").then((m) => ({ default: m.MessagesPages })),
    ),
  },
  {
    path: "/workflows",
    label: "workflows",
    group: "work",
    icon: <PartitionOutlined />,
    key: "o",
    keyLabel: "goWorkflows",
    page: lazy(() =>
      import("../pages/workflows/WorkflowsPages.tsx").then((m) => ({ default: m.WorkflowsPages })),
    ),
  },
  {
    path: "/runs",
    label: "runs",
    group: "work",
    icon: <ThunderboltOutlined />,
    key: "u",
    keyLabel: "goRuns",
    page: lazy(() => import("../pages/runs/RunsPages.tsx").then((m) => ({ default: m.RunsPages }))),
  },
  {
    path: "/documents",
    label: "documents",
    group: "data",
    icon: <FileTextOutlined />,
    key: "d",
    keyLabel: "goDocuments",
    page: lazy(() =>
      import("../pages/documents/DocumentsPages.tsx").then((m) => ({ default: m.DocumentsPages })),
    ),
  },
  {
    path: "/files",
    label: "files",
    group: "data",
    icon: <FolderOutlined />,
    key: "f",
    keyLabel: "goFiles",
    page: lazy(() => import("../pages/files/FilesPages.tsx").then((m) => ({ default: m.FilesPages }))),
  },
  {
    path: "/packages",
    label: "packages",
    group: "code",
    icon: <AppstoreOutlined />,
    key: "p",
    keyLabel: "goPackages",
    page: lazy(() =>
      import("../pages/packages/PackagesPages.tsx").then((m) => ({ default: m.PackagesPages })),
    ),
  },
  {
    path: "/jobs",
    label: "jobs",
    group: "code",
    icon: <PlayCircleOutlined />,
    key: "j",
    keyLabel: "goJobs",
    page: lazy(() => import("../pages/jobs/JobsPages.tsx").then((m) => ({ default: m.JobsPages }))),
  },
  {
    path: "/runners",
    label: "runners",
    group: "code",
    icon: <CloudServerOutlined />,
    key: "r",
    keyLabel: "goRunners",
    page: lazy(() => import("../pages/runners/RunnersPages.tsx").then((m) => ({ default: m.RunnersPages }))),
  },
  {
    path: "/settings",
    label: "settings",
    group: "system",
    icon: <SettingOutlined />,
    key: "s",
    keyLabel: "goSettings",
    page: lazy(() =>
      import("../pages/settings/SettingsPages.tsx").then((m) => ({ default: m.SettingsPages })),
    ),
  },
];
