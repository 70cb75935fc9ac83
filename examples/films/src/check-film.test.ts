import { BusinessError } from "@millrace/sdk";
import { expect, test } from "vitest";
import { checkFilm, type FilmRecord } from "./check-film.ts";

const record: FilmRecord = {
  Title: "Alien",
  "Release Date": "May 25 1979",
  "Worldwide Gross": 203_630_630,
  "Major Genre": "Horror",
  Director: "Ridley Scott",
  "IMDB Rating": 8.5,
};

test("a good record is put into shape", () => {
  expect(checkFilm(record)).toEqual({
    title: "Alien",
    releasedOn: "1979-05-25",
    year: 1979,
    grossDollars: 203_630_630,
    genre: "Horror",
    director: "Ridley Scott",
    score: 8.5,
  });
  expect(checkFilm({ ...record, "Worldwide Gross": 0 }).grossDollars).toBeNull();
});

test.each([
  [9, "9"],
  ["The Helix...  Loaded ", "The Helix... Loaded"],
  ["Secret, The", "The Secret"],
  ["The Good, the Bad and the Ugly", "The Good, the Bad and the Ugly"],
])("the title %j becomes %j", (given, title) => {
  expect(checkFilm({ ...record, Title: given }).title).toBe(title);
});

test.each([null, "", " \t"])("the title %j is missing", (given) => {
  const error = new BusinessError("missing title", { source: "Title" });
  expect(() => checkFilm({ ...record, Title: given })).toThrow(error);
});

test.each(["Dec 28 1895", "Feb 29 2000", "Dec 31 2011"])("the date %s is possible", (given) => {
  expect(checkFilm({ ...record, "Release Date": given }).releasedOn).toHaveLength(10);
});

test.each([
  "Dec 27 1895",
  "Jan 01 2012",
  "Jan 01 0050",
  "Feb 30 2000",
  "Feb 29 1999",
  "Dez 24 1999",
  "Jan 00 1999",
  "May 5 1979",
  "1979-05-25",
  "1979",
  "",
])("the date %s is impossible", (given) => {
  expect(() => checkFilm({ ...record, "Release Date": given })).toThrow(BusinessError);
});
