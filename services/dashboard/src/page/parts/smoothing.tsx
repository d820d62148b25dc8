/** Lets the reader choose how much curves are smoothed. */
export function Smoothing({ weight, onWeight }: { weight: number; onWeight: (weight: number) => void }) {
  return (
    <label class="check">
      Smoothing
      <input
        type="range"
        min={0}
        max={0.98}
        step={0.02}
        value={weight}
        onInput={(event) => onWeight(Number(event.currentTarget.value))}
      />
    </label>
  );
}
