// SPDX-License-Identifier: Apache-2.0
// The eight variants by sharp: sharp.js default|fastest PICTURE FOLDER; prints how long it took, once warm.
const fs = require('fs');
const path = require('path');
const sharp = require('sharp');

const [mode, picture, folder] = process.argv.slice(2);
const thumbnail = picture.endsWith('.png') ? 'png' : 'jpeg';
const sizes = { small: 200, medium: 500 };

function encoded(image, format) {
  const fast = mode === 'fastest' ? { effort: 0, chromaSubsampling: '4:2:0' } : {};
  if (format === 'webp') return image.webp({ quality: 85 });
  if (format === 'avif') return image.avif({ quality: 45, ...fast });
  return format === 'png' ? image.png() : image.jpeg({ quality: 90 });
}

function write(image, kind, format) {
  return encoded(image, format).toFile(path.join(folder, `${kind}.${format}`));
}

// As its documentation shows: each output from the file.
function each() {
  const open = (width) => sharp(picture).rotate().resize({ width, withoutEnlargement: true });
  const outputs = [write(sharp(picture).rotate(), 'webp', 'webp'), write(sharp(picture).rotate(), 'avif', 'avif')];
  for (const [name, width] of Object.entries(sizes)) {
    for (const [suffix, format] of [['webp', 'webp'], ['avif', 'avif'], ['original', thumbnail]]) {
      outputs.push(write(open(width), `thumbnail_${name}_${suffix}`, format));
    }
  }
  return Promise.all(outputs);
}

// One decode, 500 from the whole, 200 from 500.
async function once() {
  const pixels = (pipeline) => pipeline.raw().toBuffer({ resolveWithObject: true })
    .then(({ data, info }) => () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } }));
  const full = await pixels(sharp(picture).rotate());
  const outputs = [write(full(), 'webp', 'webp'), write(full(), 'avif', 'avif')];
  const medium = await pixels(full().resize({ width: sizes.medium, withoutEnlargement: true }));
  const small = await pixels(medium().resize({ width: sizes.small, withoutEnlargement: true }));
  for (const [name, open] of [['medium', medium], ['small', small]]) {
    for (const [suffix, format] of [['webp', 'webp'], ['avif', 'avif'], ['original', thumbnail]]) {
      outputs.push(write(open(), `thumbnail_${name}_${suffix}`, format));
    }
  }
  return Promise.all(outputs);
}

async function main() {
  sharp.cache(false);
  const warm = sharp({ create: { width: 16, height: 16, channels: 3, background: '#dc143c' } });
  await Promise.all([warm.clone().webp().toBuffer(), warm.clone().avif({ effort: 0 }).toBuffer(), warm.clone().jpeg().toBuffer()]);
  const began = process.hrtime.bigint();
  await (mode === 'fastest' ? once() : each());
  console.log(JSON.stringify({ wall_s: Number(process.hrtime.bigint() - began) / 1e9, version: sharp.versions.sharp }));
}

main();
