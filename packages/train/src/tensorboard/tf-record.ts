import { crc32c } from './crc32c.ts';

/**
 * Returns the CRC of bytes, masked by a rotation and a constant as in TFRecord. A CRC of data that contain unmasked
 * CRCs would be weak.
 */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/**
 * Encodes a TFRecord in little-endian order: the length (uint64), its masked CRC-32C, the data, and their masked
 * CRC-32C.
 *
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return record;
}
