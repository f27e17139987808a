import { configure } from 'jetapi-widget';

configure({ assets: '/kept/wasm/', locale: 'ru' });
import('./main.js');
