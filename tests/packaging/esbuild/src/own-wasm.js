import { configure } from 'jetapi-widget';
import file from 'jetapi-widget/whatsapp.wasm';

const whatsapp = new URL(file, import.meta.url);
whatsapp.search = 'own';
configure({ wasm: { whatsapp } });
import('./main.js');
