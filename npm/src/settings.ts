/** What all elements of the page start from. */
export interface Settings {
  /** Path of the proxy, on this origin. */
  base?: string;
  theme?: 'light' | 'dark' | 'auto';
  /** BCP 47 tag of the language, for elements without a `lang` of their own. */
  locale?: string;
  customerId?: string | number;
  /** The folder that has the parts' files. Of a bundle, those that are no scripts. */
  assets?: string;
  /** Where a host keeps the wasm itself, for good: the other modules are made of it later, and one of these of the other. */
  wasm?: Partial<Record<WholeName, string | URL>>;
}

/** A module that there is a file of. */
export type WholeName = 'whatsapp' | 'chat';
export type PartName = WholeName | 'accounts' | 'notes';

export const settings: Settings = {};
