declare module "*.css";
declare module "*.svg" {
  const address: string;
  // oxlint-disable-next-line import/no-default-export -- it is how a bundler gives the address of a file
  export default address;
}
