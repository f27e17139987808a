import vue from '@vitejs/plugin-vue';

const isCustomElement = (tag) => tag.startsWith('jetapi-');

export default {
  plugins: [vue({ template: { compilerOptions: { isCustomElement } } })],
  cacheDir: process.env.VITE_CACHE_DIR,
  build: { rollupOptions: { input: ['index.html', 'own-wasm.html'] } },
};
