import { Input, type InputRef, Modal } from "antd";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useCollectionsQuery } from "../api/documents-api.ts";
import { useQueueStatsQuery } from "../api/overview-api.ts";
import { useTexts } from "../texts/use-texts.ts";
import { sections } from "./sections.tsx";

interface Place {
  to: string;
  name: string;
  kind: string;
}

const shownMax = 12;

/** Goes to a page, a queue or a collection by its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { app } = useTexts();
  const navigate = useNavigate();
  const list = useId();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<InputRef>(null);
  const places = usePlaces();
  const found = useMemo(() => matching(places, wanted), [places, wanted]);
  useEffect(() => setAt(0), [wanted]);
  const go = (place: Place | undefined) => {
    if (place === undefined) return;
    onClose();
    void navigate(place.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((before) => (before + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") go(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      open
      footer={null}
      closable={false}
      onCancel={onClose}
      className="palette"
      afterOpenChange={() => input.current?.focus()}
      title={<span className="hidden">{app.search}</span>}
    >
      <Input
        ref={input}
        size="large"
        variant="borderless"
        placeholder={app.searchHint}
        value={wanted}
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-label={app.searchHint}
        aria-activedescendant={found.length === 0 ? undefined : `${list}-${at}`}
        onChange={(event) => setWanted(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <ul id={list} role="listbox" aria-label={app.search} className="palette-list">
        {found.map((place, index) => (
          <li
            key={place.to}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseEnter={() => setAt(index)}
            onClick={() => go(place)}
          >
            <span>{place.name}</span>
            <span className="muted">{place.kind}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="palette-none muted">{app.nothingFound}</p>}
    </Modal>
  );
}

function usePlaces(): Place[] {
  const { app, nav } = useTexts();
  const { data: queues = [] } = useQueueStatsQuery();
  const { data: collections = [] } = useCollectionsQuery();
  return useMemo(() => {
    const pages = sections.map(({ path, label }) => ({ to: path, name: nav[label], kind: app.pages }));
    const ofQueues = queues.map(({ name }) => ({
      to: `/work-items/${encodeURIComponent(name)}`,
      name,
      kind: app.queues,
    }));
    const ofCollections = collections.map(({ name }) => ({
      to: `/documents/${encodeURIComponent(name)}`,
      name,
      kind: app.collections,
    }));
    return [...pages, ...ofQueues, ...ofCollections];
  }, [app, nav, queues, collections]);
}

/** Names that begin so come before those that have it inside. */
function matching(places: Place[], wanted: string): Place[] {
  const words = wanted.trim().toLowerCase();
  const rank = ({ name }: Place) => name.toLowerCase().indexOf(words);
  return places
    .filter((place) => rank(place) >= 0)
    .toSorted((left, right) => Math.min(1, rank(left)) - Math.min(1, rank(right)))
    .slice(0, shownMax);
}
