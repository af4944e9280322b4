// The libraries are classic scripts, so that they need neither a bundler nor an import map.
const { h, render } = globalThis.preact;
export const { useEffect, useLayoutEffect, useMemo, useRef, useState } = globalThis.preactHooks;
export const { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } = globalThis.d3;
export const html = globalThis.htm.bind(h);
export { render };
