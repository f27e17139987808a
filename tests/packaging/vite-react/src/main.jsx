import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { defineElements } from 'jetapi-widget';

defineElements();

function Accounts() {
  const [connected, setConnected] = useState('');
  return (
    <>
      <jetapi-whatsapp pauseAfterCodes={20} onjetapi-connected={({ detail }) => setConnected(detail.channel)} />
      {connected && <p>{connected} is connected</p>}
    </>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Accounts />
  </StrictMode>,
);
