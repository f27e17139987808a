declare const FOLDER: string;
declare const DOT: string;

/** Where the files of the parts are, from the script that a page's tag loads. */
export const folder: string = FOLDER;

/** A file of this build: where servers and browsers keep files for good, its name has a hash of what is in them all. */
export const within = (folder: string, file: string): string => folder.replace(/\/?$/, '/') + file.replace('.', DOT);
