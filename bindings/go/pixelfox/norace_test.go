// SPDX-License-Identifier: Apache-2.0

//go:build !race

package pixelfox_test

const isRaceDetected = false
