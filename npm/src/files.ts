declare const FOLDER: string;
declare const DOT: string;

/** Where the files of the parts are, from the script that a page's tag loads. */
export const folder: string = FOLDER;

/** A file's name in this build: where servers and browsers keep files for good, with a hash of what is in them all. */
export const nameOf = (file: string): string => file.replace('.', DOT);
