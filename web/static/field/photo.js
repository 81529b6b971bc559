// Photos are made small on the phone: 1600 pixels, a plain JPEG of the dots alone, without camera, time or place.
Field.photo = (function () {
  'use strict';

  const LONGEST = 1600;

  async function shrink(file) {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * share));
    canvas.height = Math.max(1, Math.round(picture.height * share));
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.82); });
    if (!blob) throw new Error('no picture');
    return blob;
  }
  async function add(file, { login, result, finding = '' }) {
    const photo = { key: Field.uuid(), login, result, finding, blob: await shrink(file), sent: '', made: Date.now() };
    await Field.store.put('photos', photo);
    return photo;
  }

  return { add, shrink };
})();
