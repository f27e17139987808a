export default { entry: { main: './src/index.js', 'own-wasm': './src/own-wasm.js' } };
