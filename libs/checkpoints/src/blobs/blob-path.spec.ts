import { expect, it } from 'vitest';
import { blobNameOf, blobPath, checkBlobPath, isBlobPath } from './blob-path.js';

it('stands for a name', () => {
  const path = blobPath('run/step');
  expect(path).toBe('blob:run/step');
  expect(isBlobPath(path)).toBe(true);
  expect(isBlobPath('/run/step')).toBe(false);
  expect(blobNameOf(path)).toBe('run/step');
  expect(() => checkBlobPath('resume_from', path, 'run')).not.toThrow();
  expect(() => checkBlobPath('resume_from', 'blob:sweep/run-1/step', 'sweep/run-1')).not.toThrow();
});

it.each([
  ...[
    'blob:',
    'blob:run',
    'blob:run/',
    'blob:other/step',
    'blob:run-2/step',
    'blob:run/../other/step',
    'run/step',
  ],
  ...[
    'blob:/run/step',
    'blob:run//step',
    'blob:run/.step',
    'blob:run/st ep',
    'blob:run/step\0',
    'BLOB:run/step',
  ],
])('is refused as %j', (path) => {
  expect(() => checkBlobPath('resume_from', path, 'run')).toThrow(
    expect.objectContaining({ code: 'MESSAGE_INVALID', subject: 'resume_from' }),
  );
});
