import react from '@vitejs/plugin-react';

export default {
  plugins: [react()],
  cacheDir: process.env.VITE_CACHE_DIR,
  build: { rollupOptions: { input: ['index.html', 'own-wasm.html'] } },
};
