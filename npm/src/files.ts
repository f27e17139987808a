declare const FOLDER: string;
declare const DOT: string;

/** Where the files of the parts are, from the script that a page's tag loads. */
export const folder: string = FOLDER;

/** A file of this build: where servers and browsers keep files for good, its name has a hash of what is in them all. */
export const within = (folder: string, file: string): string => folder.replace(/\/?$/, '/') + file.replace('.', DOT);

/** The tag of the script that runs this, by its address, which is in a stack. */
export const tagInStack = (): HTMLScriptElement | undefined =>
  [...document.scripts].find(({ src }) => src && new Error().stack?.includes(`${src}:`));
