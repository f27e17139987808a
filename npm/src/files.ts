declare const FOLDER: string;
declare const NAMES: Record<string, string>;

/** Where the files of the parts are, from the script that a page's tag loads. */
export const folder: string = FOLDER;

/** A file's name in this build: with the hash of what is in it, where servers and browsers keep it for good. */
export const nameOf = (file: string): string => NAMES[file] ?? file;
