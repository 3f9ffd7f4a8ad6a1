/** Style sheets are imported for the builder, which gathers them into one file. */
declare module "*.css";
