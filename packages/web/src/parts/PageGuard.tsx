import { Button } from "antd";
import { Component, type ReactNode } from "react";
import { Link } from "react-router";
import { useTexts } from "../texts/use-texts.ts";
import { Page } from "./Page.tsx";

/** A page that breaks takes nothing else with it. */
export class PageGuard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { errors } = useTexts();
  return (
    <Page title={errors.crashed}>
      <p>{errors.crashedHint}</p>
      <Button onClick={() => location.reload()}>{errors.retry}</Button>
    </Page>
  );
}

export function NotFound() {
  const { errors } = useTexts();
  return (
    <Page title={errors.notFoundTitle}>
      <p>{errors.notFound}</p>
      <Link to="/">{errors.goHome}</Link>
    </Page>
  );
}
