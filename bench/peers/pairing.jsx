// The page a team would write without this project: npm's phoenix, qrcode.react, and React or, by an alias in the
// bundler, Preact. Only what it takes to show the code: no countdown, no cover for a stale code, no explanations.
import { Socket } from "phoenix";
import { QRCodeSVG } from "qrcode.react";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

function Pairing() {
  // Apart, and not as one object: a frame that says nothing new then renders nothing.
  const [connected, setConnected] = useState(false);
  const [code, setCode] = useState(null);

  useEffect(() => {
    const socket = new Socket("/jetapi/whatsapp/socket");
    const unmounted = new AbortController();
    const join = async () => {
      const reply = await fetch("/jetapi/api/v1/account", { signal: unmounted.signal });
      const { account } = await reply.json();
      socket.connect();
      const channel = socket.channel(`room:v1:whats_app:auth:${account.customer_id}`);
      channel.on("auth_state", (state) => {
        setConnected(state.auth);
        setCode(state.qr_code ?? null);
      });
      channel.join();
    };
    join();
    return () => {
      unmounted.abort();
      socket.disconnect();
    };
  }, []);

  if (connected) return <p>Connected</p>;
  if (!code) return <p>Connecting…</p>;
  return <QRCodeSVG value={code} size={264} marginSize={4} />;
}

createRoot(document.getElementById("root")).render(<Pairing />);
