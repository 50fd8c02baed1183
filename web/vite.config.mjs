// base './': every page stands directly below /console/, under whatever route prefix.
export default {
  base: './',
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, cssCodeSplit: false, target: 'es2022' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};
