declare const VERSION: string;

/** The package's. */
export const version: string = VERSION;
