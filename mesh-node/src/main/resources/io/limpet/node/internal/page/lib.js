// The libraries are classic scripts, so that they need neither a bundler nor an import map.
const { h, render } = globalThis.preact;
export const { useEffect, useLayoutEffect, useRef, useState } = globalThis.preactHooks;
export const { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } = globalThis.d3;
export const html = globalThis.htm.bind(h);
export { render };

/** Returns what is to be the ref of an element, and its width and height from then on; 0 at first. */
export function useSize() {
  const box = useRef(null);
  const [size, setSize] = useState([0, 0]);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) =>
      setSize([Math.round(entry.contentRect.width), Math.round(entry.contentRect.height)]),
    );
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, size];
}
