import address from "../icon.svg";

export function Logo({ name }: { name: string }) {
  return (
    <span className="logo">
      <img src={address} alt="" width="28" height="28" />
      {name}
    </span>
  );
}
