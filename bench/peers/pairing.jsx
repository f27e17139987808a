// The page a team would write without this project: npm's phoenix, qrcode.react, and React or, by an alias in the
// bundler, Preact. Only what it takes to show the code: no countdown, no cover for a stale code, no explanations.
import { Socket } from "phoenix";
import { QRCodeSVG } from "qrcode.react";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

// What the server pushes is the state, as such pages are commonly written: each frame is a new object, so each frame
// renders, though the same code comes back every 300 ms. TUNED is set for the page of an author who has noticed.
const next = TUNED
  ? (frame) => (state) => (frame.auth === state?.auth && frame.qr_code === state?.qr_code ? state : frame)
  : (frame) => frame;

function Pairing() {
  const [state, setState] = useState(null);

  useEffect(() => {
    const socket = new Socket("/jetapi/whatsapp/socket");
    const unmounted = new AbortController();
    const join = async () => {
      const reply = await fetch("/jetapi/api/v1/account", { signal: unmounted.signal });
      const { account } = await reply.json();
      socket.connect();
      const channel = socket.channel(`room:v1:whats_app:auth:${account.customer_id}`);
      channel.on("auth_state", (frame) => setState(next(frame)));
      channel.join();
    };
    join();
    return () => {
      unmounted.abort();
      socket.disconnect();
    };
  }, []);

  if (state?.auth) return <p>Connected</p>;
  if (!state?.qr_code) return <p>Connecting…</p>;
  return <QRCodeSVG value={state.qr_code} size={264} marginSize={4} />;
}

createRoot(document.getElementById("root")).render(<Pairing />);
