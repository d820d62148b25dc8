import { useState } from 'preact/hooks';
import { login } from '../data/session.js';

/** Asks for the token of a dashboard that others can reach. */
export function LoginView() {
  const [wrong, setWrong] = useState(false);
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token');
    setWrong(!(await login(String(token).trim())));
  };
  return (
    <form class="card login" onSubmit={(event) => void onSubmit(event)}>
      <h1>This dashboard asks for its token</h1>
      <label for="token">Token, as TASKWEAVE_DASHBOARD_TOKEN where it was started</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required />
      <button type="submit">Open</button>
      <p role="alert">{wrong ? 'That is not the token.' : ''}</p>
    </form>
  );
}
