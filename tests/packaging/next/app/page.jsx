'use client';

import { useEffect, useRef, useState } from 'react';
import 'jetapi-widget/elements';

export default function Page() {
  const widget = useRef(null);
  const [connected, setConnected] = useState('');
  // React attaches no listener of a custom event to what a server has rendered.
  useEffect(() => {
    const told = ({ detail }) => setConnected(detail.channel);
    const element = widget.current;
    element.addEventListener('jetapi-connected', told);
    return () => element.removeEventListener('jetapi-connected', told);
  }, []);
  return (
    <main>
      <jetapi-whatsapp ref={widget} pause-after-codes="20" />
      {connected && <p>{connected} is connected</p>}
    </main>
  );
}
