/** Tags, roles and other single words, each in its frame. */
export function Words({ words }: { words: readonly string[] }) {
  return (
    <span className="words">
      {words.map((word) => (
        <span key={word} className="badge">
          {word}
        </span>
      ))}
    </span>
  );
}
