import { configure } from 'jetapi-widget';

const whatsapp = new URL('jetapi-widget/whatsapp.wasm', import.meta.url);
// It is the file that the package finds as well: this tells who asked.
whatsapp.search = 'own';
configure({ wasm: { whatsapp } });
import('./index.js');
