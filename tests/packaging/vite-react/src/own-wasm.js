import { configure } from 'jetapi-widget';
import whatsapp from 'jetapi-widget/whatsapp.wasm?url';

// It is the file that the package finds as well: this tells who asked.
configure({ wasm: { whatsapp: `${whatsapp}?own` } });
import('./main.jsx');
