import { configure } from 'jetapi-widget';
import whatsapp from 'jetapi-widget/whatsapp.wasm';

configure({ wasm: { whatsapp: new URL(whatsapp, import.meta.url) } });
import('./main.js');
