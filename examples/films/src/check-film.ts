import { BusinessError } from "@millrace/sdk";

/** A record of movies.json, as far as we use it. */
export interface FilmRecord {
  /** A few are numbers (1776, 2012, 9), one is missing. */
  Title: string | number | null;
  /** Month, day and year: `Jun 12 1998`. */
  "Release Date": string;
  "Worldwide Gross": number | null;
  "Major Genre": string | null;
  Director: string | null;
  "IMDB Rating": number | null;
}

/** A film as we keep it. */
export interface Film {
  title: string;
  /** `1998-06-12`. */
  releasedOn: string;
  year: number;
  /** In dollars of its year. */
  grossDollars: number | null;
  genre: string | null;
  director: string | null;
  /** From 0 to 10, of the Internet Movie Database. */
  score: number | null;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** The first showing to a paying public. */
const firstDay = "1895-12-28";
/** The records were collected in 2010, with a film or two announced for the year after. */
const lastDay = "2011-12-31";

/** A record checked and put into shape; throws a BusinessError where trying again cannot help. */
export function checkFilm(record: FilmRecord): Film {
  const releasedOn = checkDate(record["Release Date"]);
  return {
    title: checkTitle(record.Title),
    releasedOn,
    year: Number(releasedOn.slice(0, 4)),
    // Nobody counted: a film that was shown has earned something.
    grossDollars: record["Worldwide Gross"] || null,
    genre: record["Major Genre"],
    director: record.Director,
    score: record["IMDB Rating"],
  };
}

function checkTitle(given: FilmRecord["Title"]): string {
  const title = String(given ?? "")
    .trim()
    .replaceAll(/\s+/g, " ")
    .replace(/^(.+), The$/, "The $1");
  if (title === "") throw new BusinessError("missing title", { source: "Title" });
  return title;
}

/** As `YYYY-MM-DD`, which compares as text. */
function checkDate(given: string): string {
  const day = dayOf(given);
  if (day !== undefined && day >= firstDay && day <= lastDay) return day;
  throw new BusinessError("impossible date", { source: `Release Date: ${given}` });
}

/** Undefined where it is no day of the calendar: Feb 30 would come back as a day of March. */
function dayOf(given: string): string | undefined {
  const [, month = "", day = "", year = ""] = /^(\w{3}) (\d{2}) (\d{4})$/.exec(given) ?? [];
  const text = `${year}-${String(months.indexOf(month) + 1).padStart(2, "0")}-${day}`;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text ? undefined : text;
}
