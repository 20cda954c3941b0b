package model

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Products that are added to are written float64(a*b): the language may fuse them otherwise.

var nan = math.NaN()
var inf = math.Inf(1)
var negativeZero = math.Copysign(0, -1)

// f keeps a literal from being folded with others at more than double precision.
func f(x float64) float64 { return x }

func highWord(x float64) uint32 { return uint32(math.Float64bits(x) >> 32) }

func withHighWord(x float64, high uint32) float64 {
	return math.Float64frombits(math.Float64bits(x)&0xffffffff | uint64(high)<<32)
}

func powerOfTwo(k int) float64 { return math.Float64frombits(uint64(k+1023) << 52) }

func scaleByPower(x float64, k int) float64 {
	if k > 1023 {
		return x * powerOfTwo(1023) * powerOfTwo(min(k-1023, 1023))
	}
	if k < -1022 {
		return x * powerOfTwo(-969) * powerOfTwo(max(k+969, -1022))
	}
	return x * powerOfTwo(k)
}

// Numbers held as an unevaluated sum of two doubles (Dekker 1971; Shewchuk 1997).

func twoSum(a, b float64) (float64, float64) {
	s := a + b
	bb := s - a
	return s, (a - (s - bb)) + (b - bb)
}

func quickTwoSum(a, b float64) (float64, float64) {
	s := a + b
	return s, b - (s - a)
}

func twoProduct(a, b float64) (float64, float64) {
	product := float64(a * b)
	aBig := float64(134217729 * a)
	aHigh := aBig - (aBig - a)
	aLow := a - aHigh
	bBig := float64(134217729 * b)
	bHigh := bBig - (bBig - b)
	bLow := b - bHigh
	rest := product - float64(aHigh*bHigh) - float64(aLow*bHigh) - float64(aHigh*bLow)
	return product, float64(aLow*bLow) - rest
}

func addDouble(ah, al, bh, bl float64) (float64, float64) {
	high, highError := twoSum(ah, bh)
	lowSum, lowError := twoSum(al, bl)
	first, low := quickTwoSum(high, highError+lowSum)
	return quickTwoSum(first, low+lowError)
}

func multiplyDouble(ah, al, bh, bl float64) (float64, float64) {
	product, low := twoProduct(ah, bh)
	return quickTwoSum(product, low+(float64(ah*bl)+float64(al*bh)))
}

func divideDouble(ah, al, bh, bl float64) (float64, float64) {
	first := ah / bh
	back, backLow := multiplyDouble(bh, bl, first, 0)
	rest, restLow := addDouble(ah, al, -back, -backLow)
	return quickTwoSum(first, (rest+restLow)/bh)
}

// The program's own elementary functions (Cody and Waite 1980; Tang 1989; Ng, fdlibm 5.3; Payne and Hanek 1983).

var ln2High = 0.6931471803691238
var ln2Low = 1.9082149292705877e-10
var ln2Tail = 1.1612227229362532e-26
var inverseFactorials = func() (table [15]float64) {
	factorial := 2.0
	for i := range table {
		factorial *= float64(i + 3)
		table[i] = 1 / factorial
	}
	return
}()

func reducedExpm1(x, xLow float64) (float64, float64, int) {
	k := 0.0
	if !(math.Abs(x) < 0.34) {
		k = math.Floor(float64(x*f(1.4426950408889634)) + 0.5)
	}
	far, low := twoSum(x-float64(k*ln2High), -float64(k*ln2Low))
	rHigh, rLow := quickTwoSum(far, low+xLow)
	polynomial := inverseFactorials[14]
	for i := 13; i >= 0; i-- {
		polynomial = float64(polynomial*rHigh) + inverseFactorials[i]
	}
	square, low := twoProduct(rHigh, rHigh)
	squareLow := low + float64(float64(2*rHigh)*rLow)
	sum, low := quickTwoSum(rHigh, float64(0.5*square))
	tail := float64(float64(rHigh*square) * polynomial)
	high, low := quickTwoSum(sum, low+(rLow+float64(0.5*squareLow)+tail))
	return high, low, int(k)
}

func expOfDouble(x, xLow float64) float64 {
	if x > 709.8 {
		return inf
	}
	if x < -745.2 {
		return 0
	}
	q, qLow, exponent := reducedExpm1(x, xLow)
	sum, low := twoSum(1, q)
	return scaleByPower(sum+(low+qLow), exponent)
}

func doubleExpm1(x float64) (float64, float64) {
	q, qLow, k := reducedExpm1(x, 0)
	if k == 0 {
		return q, qLow
	}
	one, factor := scaleByPower(1, min(k, 1023)), 1.0
	if k == 1024 {
		factor = 2
	}
	scaled := float64(float64(q*one) * factor)
	scaledLow := float64(float64(qLow*one) * factor)
	shifted, shiftedLow := twoSum(float64(one*factor), -1)
	sum, low := twoSum(shifted, scaled)
	return quickTwoSum(sum, low+(shiftedLow+scaledLow))
}

func exp(x float64) float64 {
	if x != x {
		return x
	}
	return expOfDouble(x, 0)
}

func expm1(x float64) float64 {
	if x != x || math.Abs(x) < 1e-300 {
		return x
	}
	if x > 709.8 {
		return inf
	}
	if x < -40 {
		return -1
	}
	high, low := doubleExpm1(x)
	return high + low
}

func tanh(x float64) float64 {
	if x != x || math.Abs(x) < 1e-300 {
		return x
	}
	if x > 20 {
		return 1
	}
	if x < -20 {
		return -1
	}
	t, tLow := doubleExpm1(float64(2 * x))
	sum, low := twoSum(t, 2)
	denominator, low := quickTwoSum(sum, low+tLow)
	high, _ := divideDouble(t, tLow, denominator, low)
	return high
}

func sigmoid(x float64) float64 {
	if x != x {
		return x
	}
	if x > 40 {
		return 1
	}
	if x < -40 {
		return exp(x)
	}
	t, tLow := doubleExpm1(-x)
	sum, low := twoSum(t, 2)
	denominator, low := quickTwoSum(sum, low+tLow)
	high, _ := divideDouble(1, 0, denominator, low)
	return high
}

var logTerms = func() (table [12]float64) {
	for i := range table {
		table[i] = 2 / float64(2*i+3)
	}
	return
}()

func significand(x float64) (float64, float64) {
	k := 0
	if x < 2.2250738585072014e-308 {
		x *= 18014398509481984
		k = -54
	}
	high := highWord(x)
	fraction := high & 0xfffff
	carry := 0
	if fraction >= 0x6a09e {
		carry = 1
	}
	return withHighWord(x, fraction|uint32(1023-carry)<<20), float64(k + int(high>>20) - 1023 + carry)
}

func sumLog(g, c, k float64) float64 {
	if g == 0 {
		if k == 0 {
			return c
		}
		return float64(k*ln2High) + (float64(k*ln2Low) + c)
	}
	s := g / (2 + g)
	z := float64(s * s)
	r := logTerms[11]
	for i := 10; i >= 0; i-- {
		r = float64(r*z) + logTerms[i]
	}
	r = float64(r * z)
	half, halfLow := twoProduct(float64(0.5*g), g)
	first, low := quickTwoSum(g, -half)
	small := low - halfLow + float64(s*(half+r))
	if k == 0 {
		return first + (small + c)
	}
	sum, low := twoSum(float64(k*ln2High), first)
	return sum + (low + (small + (float64(k*ln2Low) + c)))
}

func log(x float64) float64 {
	if x != x || x < 0 {
		return nan
	}
	if x == 0 {
		return -inf
	}
	if x == inf {
		return x
	}
	m, k := significand(x)
	return sumLog(m-1, 0, k)
}

func log1p(x float64) float64 {
	if x != x || x < -1 {
		return nan
	}
	if x == -1 {
		return -inf
	}
	if x == inf || math.Abs(x) < 1e-300 {
		return x
	}
	if x > -0.29 && x < 0.41 {
		return sumLog(x, 0, 0)
	}
	sum, rest := twoSum(1, x)
	m, k := significand(sum)
	return sumLog(m-1, rest/sum, k)
}

func doubleLog(x float64) (float64, float64) {
	m, k := significand(x)
	below, belowLow := twoSum(m, -1)
	above, aboveLow := twoSum(m, 1)
	s, sLow := divideDouble(below, belowLow, above, aboveLow)
	z, zLow := multiplyDouble(s, sLow, s, sLow)
	r, rLow := 0.0, 0.0
	for n := 47; n >= 3; n -= 2 {
		r, rLow = multiplyDouble(r, rLow, z, zLow)
		inverse, inverseLow := divideDouble(2, 0, float64(n), 0)
		r, rLow = addDouble(r, rLow, inverse, inverseLow)
	}
	r, rLow = multiplyDouble(r, rLow, z, zLow)
	r, rLow = addDouble(2, 0, r, rLow)
	r, rLow = multiplyDouble(r, rLow, s, sLow)
	whole, wholeLow := addDouble(float64(k*ln2High), 0, float64(k*ln2Low), float64(k*ln2Tail))
	return addDouble(whole, wholeLow, r, rLow)
}

func pow(x, y float64) float64 {
	if y == 0 {
		return 1
	}
	if x != x || y != y {
		return nan
	}
	ax := math.Abs(x)
	odd := math.Abs(y) < 9007199254740992 && math.Mod(y, 2) != 0 && math.Floor(y) == y
	if math.IsInf(y, 0) {
		if ax == 1 {
			return nan
		}
		if (ax > 1) == (y > 0) {
			return inf
		}
		return 0
	}
	sign := 1.0
	if math.Signbit(x) && odd {
		sign = -1
	}
	if ax == 0 {
		if y > 0 {
			return sign * 0
		}
		return sign * inf
	}
	if ax == inf {
		if y > 0 {
			return sign * inf
		}
		return sign * 0
	}
	if x < 0 && math.Floor(y) != y {
		return nan
	}
	if ax == 1 {
		return sign
	}
	logarithm, logarithmLow := doubleLog(ax)
	size := float64(y * logarithm)
	if math.Abs(size) > 760 {
		if size > 0 {
			return sign * inf
		}
		return sign * 0
	}
	if math.Abs(y) < 1e-290 {
		return sign
	}
	product, low := multiplyDouble(logarithm, logarithmLow, y, 0)
	return sign * expOfDouble(product, low)
}

const twoOverPiDigits = "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73e" +
	"e88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b7" +
	"4f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc20"

var pieces = func() (table []float64) {
	for i := 0; i+6 <= len(twoOverPiDigits); i += 6 {
		piece, _ := strconv.ParseUint(twoOverPiDigits[i:i+6], 16, 32)
		table = append(table, float64(piece))
	}
	return
}()

func inverses(sign float64, factorials [8]float64) (table [8]float64) {
	for i, factorial := range factorials {
		table[i] = sign / factorial
		sign = -sign
	}
	return
}

var sinTerms = inverses(-1, [8]float64{6, 120, 5040, 362880, 39916800, 6227020800, 1307674368000, 355687428096000})
var cosTerms = inverses(1, [8]float64{24, 720, 40320, 3628800, 479001600, 87178291200, 20922789888000, 6402373705728000})

func smallSin(x, tail float64) float64 {
	z := float64(x * x)
	r := sinTerms[7]
	for i := 6; i >= 1; i-- {
		r = float64(r*z) + sinTerms[i]
	}
	v := float64(z * x)
	return x - (float64(z*(float64(0.5*tail)-float64(v*r))) - tail - float64(v*sinTerms[0]))
}

func smallCos(x, tail float64) float64 {
	z := float64(x * x)
	r := cosTerms[7]
	for i := 6; i >= 0; i-- {
		r = float64(r*z) + cosTerms[i]
	}
	half := float64(0.5 * z)
	w := 1 - half
	return w + (1 - w - half + (float64(float64(z*z)*r) - float64(x*tail)))
}

func reduce(x float64) (float64, float64, int) {
	size := math.Abs(x)
	if size <= 0.7853981633974483 {
		return x, 0, 0
	}
	if size >= 1048576 {
		return reduceLarge(x)
	}
	n := math.Floor(float64(x*f(0.6366197723675814)) + 0.5)
	first, firstLow := twoSum(x, -float64(n*f(1.5707963267341256)))
	second, low := twoSum(first, -float64(n*f(6.077100506303966e-11)))
	secondLow := low + firstLow
	third, low := twoSum(second, -float64(n*f(2.0222662487959506e-21)))
	high, low := quickTwoSum(third, low+secondLow)
	return high, low, ((int(n) % 4) + 4) % 4
}

func reduceLarge(x float64) (float64, float64, int) {
	size := math.Abs(x)
	shift := int(highWord(size)>>20) - 1023 - 71
	scaled := size
	if shift > -1000 {
		scaled = size * powerOfTwo(-shift)
	}
	a := math.Floor(scaled / 281474976710656)
	b := math.Floor((scaled - float64(a*281474976710656)) / 16777216)
	c := scaled - float64(a*281474976710656) - float64(b*16777216)
	first := max(0, int(math.Floor(float64(shift-24)/24))-1)
	var limbs, fraction [13]float64
	for j := 0; j < 10; j++ {
		piece := 0.0
		if first+j < len(pieces) {
			piece = pieces[first+j]
		}
		limbs[j+1] += float64(piece * a)
		limbs[j+2] += float64(piece * b)
		limbs[j+3] += float64(piece * c)
	}
	for j := 12; j > 0; j-- {
		carry := math.Floor(limbs[j] / 16777216)
		limbs[j] -= float64(carry * 16777216)
		limbs[j-1] += carry
	}
	lead := shift + 48 - 24*first
	whole := 0.0
	for j := 0; j < 13; j++ {
		weight := lead - 24*j
		limb := limbs[j]
		if weight >= 24 {
			continue
		}
		if weight >= 0 {
			whole += math.Mod(float64(limb*powerOfTwo(weight)), 4)
		} else {
			unit := powerOfTwo(min(-weight, 1000))
			above := math.Floor(limb / unit)
			whole += math.Mod(above, 4)
			fraction[j] = (limb - float64(above*unit)) / unit
		}
	}
	estimate := 0.0
	for j := 12; j >= 0; j-- {
		estimate += fraction[j]
	}
	sum, sumLow := 0.0, 0.0
	if estimate >= 0.5 {
		whole++
		sum = -1
	}
	for j := 0; j < 13; j++ {
		next, low := twoSum(sum, fraction[j])
		sum, sumLow = quickTwoSum(next, low+sumLow)
	}
	high, rest := multiplyDouble(sum, sumLow, 1.5707963267948966, 6.123233995736766e-17)
	quarter := int(math.Mod(whole, 4))
	if x < 0 {
		return -high, -rest, (4 - quarter) % 4
	}
	return high, rest, quarter
}

func sin(x float64) float64 {
	if x-x != 0 {
		return nan
	}
	if math.Abs(x) < 1e-150 {
		return x
	}
	r, low, quadrant := reduce(x)
	switch quadrant {
	case 0:
		return smallSin(r, low)
	case 1:
		return smallCos(r, low)
	case 2:
		return -smallSin(r, low)
	}
	return -smallCos(r, low)
}

func cos(x float64) float64 {
	if x-x != 0 {
		return nan
	}
	r, low, quadrant := reduce(x)
	switch quadrant {
	case 0:
		return smallCos(r, low)
	case 1:
		return -smallSin(r, low)
	case 2:
		return -smallCos(r, low)
	}
	return smallSin(r, low)
}

// Forms of the program.

// text is a string or, where present is false, missing.
type text struct {
	value   string
	present bool
}

func some(value string) text { return text{value, true} }

func pick(test bool, yes, no float64) float64 {
	if test {
		return yes
	}
	return no
}

func pickText(test bool, yes, no text) text {
	if test {
		return yes
	}
	return no
}

func isNaN(x float64) bool { return x != x }

func floor(x float64) float64 { return math.Floor(x) }
func sqrt(x float64) float64  { return math.Sqrt(x) }
func abs(x float64) float64   { return math.Abs(x) }

// at is read in branches that are not taken as well: what is beyond the table does not matter.
func at(table []float64, index float64) float64 {
	if !(index >= 0 && index < float64(len(table))) {
		return nan
	}
	return table[int(index)]
}

func decode(chunks ...string) []byte {
	data, err := base64.StdEncoding.DecodeString(strings.Join(chunks, ""))
	if err != nil {
		panic(err)
	}
	return data
}

func doubles(chunks ...string) []float64 {
	data := decode(chunks...)
	table := make([]float64, len(data)/8)
	for i := range table {
		table[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
	}
	return table
}

func words(chunks ...string) []uint32 {
	data := decode(chunks...)
	table := make([]uint32, len(data)/4)
	for i := range table {
		table[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return table
}

func wholes(chunks ...string) []int32 {
	table := []int32{}
	for _, word := range words(chunks...) {
		table = append(table, int32(word))
	}
	return table
}

func levels(texts ...string) map[string]float64 {
	table := make(map[string]float64, len(texts))
	for i, level := range texts {
		table[level] = float64(i)
	}
	return table
}

func level(table map[string]float64, value text) float64 {
	if !value.present {
		return nan
	}
	place, known := table[value.value]
	if !known {
		return -1
	}
	return place
}

func scramble(block uint32) uint32 {
	mixed := block * 0xcc9e2d51
	return (mixed<<15 | mixed>>17) * 0x1b873593
}

// MurmurHash3 x86-32 (Austin Appleby, public domain), seed 0.
func hash(value text) float64 {
	if !value.present {
		return nan
	}
	data := value.value
	length := len(data)
	whole := length - length%4
	state := uint32(0)
	for i := 0; i < whole; i += 4 {
		block := uint32(data[i]) | uint32(data[i+1])<<8 | uint32(data[i+2])<<16 | uint32(data[i+3])<<24
		state ^= scramble(block)
		state = state<<13 | state>>19
		state = state*5 + 0xe6546b64
	}
	tail := uint32(0)
	for i := length - 1; i >= whole; i-- {
		tail = tail<<8 | uint32(data[i])
	}
	if length > whole {
		state ^= scramble(tail)
	}
	state ^= uint32(length)
	state ^= state >> 16
	state *= 0x85ebca6b
	state ^= state >> 13
	state *= 0xc2b2ae35
	state ^= state >> 16
	return float64(state)
}

func countBelow(table []float64, x float64) float64 {
	low, high := 0, len(table)
	for low < high {
		middle := (low + high) / 2
		if table[middle] < x {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return float64(low)
}

func countUpTo(table []float64, x float64) float64 {
	low, high := 0, len(table)
	for low < high {
		middle := (low + high) / 2
		if table[middle] <= x {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return float64(low)
}

func clean(vector []float64) {
	for k := range vector {
		vector[k] += 0
		if vector[k] != vector[k] {
			vector[0] = nan
		}
	}
}

func oneHot(out []float64, place float64) {
	for k := range out {
		out[k] = 0
	}
	if place >= 0 {
		out[int(place)] = 1
	}
}

func dot(vector, weights []float64, bias float64) float64 {
	total := bias
	for k := range vector {
		total += float64(weights[k] * vector[k])
	}
	return total
}

func affine(out, vector, weights, biases []float64) {
	for j := range out {
		out[j] = dot(vector, weights[j*len(vector):], biases[j])
	}
	clean(out)
}

func softmax(out, vector []float64) {
	greatest := vector[0]
	for _, value := range vector[1:] {
		if value > greatest {
			greatest = value
		}
	}
	total := 0.0
	for k, value := range vector {
		out[k] = exp(value - greatest)
		total += out[k]
	}
	for k := range out {
		out[k] /= total
	}
	clean(out)
}

type node struct {
	threshold            float64
	feature, left, right int32
	start, end           int32
	categorical          bool
	missingLeft          bool
}

type forest struct {
	bases, leaves []float64
	roots         []int32
	nodes         []node
	bits          []uint32
}

func newForest(bases []float64, roots, feature []int32, threshold []float64, left, right, flags, starts []int32, bits []uint32, leaves []float64) *forest {
	nodes := make([]node, len(feature))
	for n := range nodes {
		nodes[n] = node{threshold[n], feature[n], left[n], right[n], starts[n], starts[n+1], flags[n]&1 == 1, flags[n] >= 2}
	}
	return &forest{bases, leaves, roots, nodes, bits}
}

func (trees *forest) sums(out []float64, x []float64) {
	copy(out, trees.bases)
	classes := len(trees.bases)
	for t, place := range trees.roots {
		for place >= 0 {
			n := &trees.nodes[place]
			value := x[n.feature]
			var left bool
			switch {
			case n.categorical:
				left = n.inBits(trees.bits, value)
			case n.missingLeft:
				left = !(value > n.threshold)
			default:
				left = value <= n.threshold
			}
			if left {
				place = n.left
			} else {
				place = n.right
			}
		}
		out[t%classes] += trees.leaves[^place]
	}
}

func (n *node) inBits(bits []uint32, value float64) bool {
	if value >= 0 && value < float64(n.end-n.start)*32 && math.Floor(value) == value {
		place := int32(value)
		return bits[n.start+place>>5]>>(uint(place)&31)&1 == 1
	}
	return n.missingLeft
}

// Raw values.

// InputError is a value that cannot be read as its column's type, or is missing where it may not be.
type InputError struct {
	Column, Reason string
}

func (e *InputError) Error() string {
	return fmt.Sprintf("the value of %q %s", e.Column, e.Reason)
}

const space = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
const limit = 9007199254740991

var decimal = regexp.MustCompile(`\A[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\z`)
var infinite = regexp.MustCompile(`\A([+-]?)inf(?:inity)?\z`)
var notNumber = regexp.MustCompile(`\A[+-]?nan\z`)
var iso = regexp.MustCompile(`\A([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[t ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?: ?(z|[+-][0-9]{2}(?::?[0-9]{2})?))?)?\z`)

// trimmed is a text without the white space around it, its ASCII letters in lower case.
func trimmed(raw string) string {
	return strings.Map(func(char rune) rune {
		if char >= 'A' && char <= 'Z' {
			return char + 32
		}
		return char
	}, strings.Trim(raw, space))
}

// numberOf gives a number that is not text, and whether it is one.
func numberOf(raw any) (float64, bool) {
	switch value := raw.(type) {
	case float64:
		return value + 0, true
	case float32:
		return float64(value) + 0, true
	case int:
		return float64(value), true
	case int8:
		return float64(value), true
	case int16:
		return float64(value), true
	case int32:
		return float64(value), true
	case int64:
		return float64(value), true
	case uint8:
		return float64(value), true
	case uint16:
		return float64(value), true
	case uint32:
		return float64(value), true
	case uint64:
		return float64(value), true
	}
	return 0, false
}

func readNumber(raw any) (float64, string) {
	if value, is := numberOf(raw); is {
		return value, ""
	}
	given, is := raw.(string)
	if !is {
		return 0, "is not a number"
	}
	value := trimmed(given)
	if value == "" || notNumber.MatchString(value) {
		return nan, ""
	}
	if decimal.MatchString(value) {
		number, _ := strconv.ParseFloat(value, 64) // beyond the range it is infinite
		return number + 0, ""
	}
	match := infinite.FindStringSubmatch(value)
	if match == nil {
		return 0, "is not a number"
	}
	if match[1] == "-" {
		return -inf, ""
	}
	return inf, ""
}

func whole(value float64, form string) (float64, string) {
	if value != value {
		return value, ""
	}
	if math.Floor(value) != value || math.Abs(value) > limit {
		return 0, "is not " + form
	}
	return value + 0, ""
}

func readInteger(raw any) (float64, string) {
	value, problem := readNumber(raw)
	if problem != "" {
		return 0, problem
	}
	return whole(value, "a whole number within \u00b12^53")
}

func readBool(raw any) (float64, string) {
	if value, is := raw.(bool); is {
		if value {
			return 1, ""
		}
		return 0, ""
	}
	if value, is := numberOf(raw); is {
		if value != value || value == 0 || value == 1 {
			return value, ""
		}
		return 0, "is not true or false"
	}
	given, is := raw.(string)
	if !is {
		return 0, "is not true or false"
	}
	switch trimmed(given) {
	case "":
		return nan, ""
	case "true", "t", "yes", "y", "1":
		return 1, ""
	case "false", "f", "no", "n", "0":
		return 0, ""
	}
	return 0, "is not true or false"
}

func timestampReader(form, pattern, letters string) func(any) (float64, string) {
	var expression *regexp.Regexp
	if pattern != "" {
		expression = regexp.MustCompile(`\A` + pattern + `\z`)
	}
	return func(raw any) (float64, string) {
		if value, is := numberOf(raw); is {
			return whole(value, "whole microseconds since 1970")
		}
		if value, is := raw.(time.Time); is {
			return float64(value.UnixMicro()), ""
		}
		given, is := raw.(string)
		if !is {
			return 0, "is not " + form
		}
		value := trimmed(given)
		if expression != nil {
			if match := expression.FindStringSubmatch(value); match != nil {
				if us, good := microseconds(letters, match[1:]); good {
					return us, ""
				}
			}
		}
		if match := iso.FindStringSubmatch(value); match != nil {
			if us, good := microseconds("YmdHMSfz", match[1:]); good {
				return us, ""
			}
		}
		if value == "" {
			return nan, ""
		}
		return 0, "is not " + form
	}
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

func microseconds(letters string, parts []string) (float64, bool) {
	year, month, day, hour, minute, second, us, offset, dayOfYear, afternoon := 1970, 1, 1, 0, 0, 0, 0, 0, 0, 0
	for i, part := range parts {
		if part == "" {
			continue
		}
		value, _ := strconv.Atoi(strings.TrimSpace(part))
		switch letters[i] {
		case 'Y':
			year = value
		case 'y':
			year = value + 1900
			if value < 69 {
				year += 100
			}
		case 'm':
			month = value
		case 'b', 'B':
			for k, name := range months {
				if strings.HasPrefix(part, name) {
					month = k + 1
				}
			}
		case 'd', 'e':
			day = value
		case 'j':
			dayOfYear = value
		case 'H':
			hour = value
		case 'I':
			hour = 99
			if value >= 1 && value <= 12 {
				hour = value % 12
			}
		case 'p':
			if part == "pm" {
				afternoon = 12
			}
		case 'M':
			minute = value
		case 'S':
			second = value
		case 'f':
			us, _ = strconv.Atoi((part + "000000")[:6])
		case 'g':
			us, _ = strconv.Atoi(("000" + part)[len(part):] + "000")
		case 'z':
			offset = offsetMinutes(part)
		}
	}
	hour += afternoon
	if month < 1 || month > 12 || day < 1 || day > monthLength(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	if dayOfYear > 337+monthLength(year, 2) {
		return 0, false
	}
	date := dayNumber(year, month, day)
	if dayOfYear > 0 {
		date = dayNumber(year, 1, 1) + dayOfYear - 1
	}
	value := int64((date*24+hour)*60+minute-offset)*60000000 + int64(second)*1000000 + int64(us)
	return float64(value), value >= -limit && value <= limit
}

func offsetMinutes(part string) int {
	if part == "z" {
		return 0
	}
	digits := (strings.Replace(part[1:], ":", "", 1) + "0000")[:4]
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:])
	if part[0] == '-' {
		return -(hours*60 + minutes)
	}
	return hours*60 + minutes
}

func monthLength(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// dayNumber counts days since 1970-01-01 (Howard Hinnant, "days_from_civil", 2013); years are 0 to 9999.
func dayNumber(year, month, day int) int {
	y, m := year, month-3
	if month <= 2 {
		y, m = year-1, month+9
	}
	y += 400
	era := y / 400
	yearOfEra := y - era*400
	dayOfYear := (153*m+2)/5 + day - 1
	return (era-1)*146097 + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear - 719468
}

func readText(raw any) (text, string) {
	if value, is := raw.(string); is {
		return some(wellFormed(value)), ""
	}
	if value, is := raw.(bool); is {
		return some(strconv.FormatBool(value)), ""
	}
	if value, is := numberOf(raw); is {
		if value != value {
			return text{}, ""
		}
		return some(numberText(value)), ""
	}
	return text{}, "is not text"
}

// wellFormed replaces each longest beginning of an ill-formed UTF-8 sequence by U+FFFD.
func wellFormed(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	var out strings.Builder
	for i := 0; i < len(value); {
		char, size := utf8.DecodeRuneInString(value[i:])
		out.WriteRune(char)
		if char != utf8.RuneError || size > 1 {
			i += size
			continue
		}
		i += illFormed(value[i:])
	}
	return out.String()
}

// illFormed is the length of the longest beginning of a sequence that could have gone on well.
func illFormed(value string) int {
	first := value[0]
	low, high, more := byte(0x80), byte(0xbf), 0
	switch {
	case first >= 0xc2 && first <= 0xdf:
		more = 1
	case first >= 0xe0 && first <= 0xef:
		more = 2
		if first == 0xe0 {
			low = 0xa0
		} else if first == 0xed {
			high = 0x9f
		}
	case first >= 0xf0 && first <= 0xf4:
		more = 3
		if first == 0xf0 {
			low = 0x90
		} else if first == 0xf4 {
			high = 0x8f
		}
	}
	size := 1
	for size <= more && size < len(value) && value[size] >= low && value[size] <= high {
		size++
		low, high = 0x80, 0xbf
	}
	return size
}

func absent(raw any) bool {
	given, is := raw.(string)
	return raw == nil || is && given == ""
}

func inputNumber(column string, missingAllowed bool, read func(any) (float64, string), raw any) float64 {
	value, problem := nan, ""
	if !absent(raw) {
		value, problem = read(raw)
	}
	if problem == "" && value != value && !missingAllowed {
		problem = "may not be missing"
	}
	if problem != "" {
		panic(&InputError{column, problem})
	}
	return value
}

func inputText(column string, missingAllowed bool, raw any) text {
	value, problem := text{}, ""
	if !absent(raw) {
		value, problem = readText(raw)
	}
	if problem == "" && !value.present && !missingAllowed {
		problem = "may not be missing"
	}
	if problem != "" {
		panic(&InputError{column, problem})
	}
	return value
}

// Input is a column that the model reads.
type Input struct {
	Name, Type     string
	MissingAllowed bool
}

// Result is what a row gives. Score: a regression's value, the probability of the second class, or of the class that is
// predicted. Where Missing is true nothing else has a meaning.
type Result struct {
	Missing    bool
	Score      float64
	Prediction string
	// Scores holds the score of each class, in the order of Classes; empty for a regression.
	Scores []float64
}

// Score scores a row of raw values by column name: numbers, bools, strings, time.Time; nil or absent is missing.
// It is safe for concurrent use. The error is an *InputError.
func Score(row map[string]any) (result Result, err error) {
	defer func() {
		if failed := recover(); failed != nil {
			problem, is := failed.(*InputError)
			if !is {
				panic(failed)
			}
			err = problem
		}
	}()
	return evaluate(row), nil
}

func binaryResult(score, threshold float64) Result {
	if score != score {
		return Result{Missing: true}
	}
	prediction := Classes[0]
	if score >= threshold {
		prediction = Classes[1]
	}
	return Result{Score: score, Prediction: prediction, Scores: []float64{1 - score, score}}
}

func classesResult(scores []float64) Result {
	if scores[0] != scores[0] {
		return Result{Missing: true}
	}
	best := 0
	for k, score := range scores {
		if score > scores[best] {
			best = k
		}
	}
	return Result{Score: scores[best], Prediction: Classes[best], Scores: append([]float64(nil), scores...)}
}

func numberResult(score float64) Result {
	if score != score {
		return Result{Missing: true}
	}
	return Result{Score: score, Prediction: numberText(score)}
}

// CSV.

// numberText is the shortest digits that read back to the same double, laid out as ECMAScript does.
func numberText(value float64) string {
	if value != value {
		return "NaN"
	}
	if math.IsInf(value, 0) {
		if value > 0 {
			return "Infinity"
		}
		return "-Infinity"
	}
	if value == 0 {
		return "0"
	}
	sign := ""
	if value < 0 {
		sign = "-"
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(math.Abs(value), 'e', -1, 64), "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	power, _ := strconv.Atoi(exponent)
	point, count := power+1, len(digits)
	switch {
	case count <= point && point <= 21:
		return sign + digits + strings.Repeat("0", point-count)
	case 0 < point && point <= 21:
		return sign + digits[:point] + "." + digits[point:]
	case -6 < point && point <= 0:
		return sign + "0." + strings.Repeat("0", -point) + digits
	}
	tail := "e" + strconv.Itoa(power)
	if power > 0 {
		tail = "e+" + strconv.Itoa(power)
	}
	if count == 1 {
		return sign + digits + tail
	}
	return sign + digits[:1] + "." + digits[1:] + tail
}

func cell(value string) string {
	if strings.ContainsAny(value, "\",\r\n") {
		return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
	}
	return value
}

// records calls each with the fields of a record; blank lines are passed over unless there is one column.
func records(data string, each func(fields []string) error) error {
	at, width := 0, 0
	for at < len(data) {
		fields := []string{}
		blank := true
		for {
			if at < len(data) && data[at] == '"' {
				var field strings.Builder
				blank = false
				at++
				for {
					end := strings.IndexByte(data[at:], '"')
					if end < 0 {
						return fmt.Errorf("ends within a quoted field")
					}
					field.WriteString(data[at : at+end])
					at += end + 1
					if at >= len(data) || data[at] != '"' {
						break
					}
					field.WriteByte('"')
					at++
				}
				fields = append(fields, field.String())
				if at < len(data) && data[at] != ',' && data[at] != '\r' && data[at] != '\n' {
					return fmt.Errorf("has text after a closing quote")
				}
			} else {
				end := strings.IndexAny(data[at:], ",\r\n")
				if end < 0 {
					end = len(data) - at
				}
				fields = append(fields, data[at:at+end])
				at += end
			}
			if at < len(data) && data[at] == ',' {
				at++
				continue
			}
			if strings.HasPrefix(data[at:], "\r\n") {
				at++
			}
			at++
			break
		}
		if blank && len(fields) == 1 && fields[0] == "" && width != 1 {
			continue
		}
		if width == 0 {
			width = len(fields)
		}
		if err := each(fields); err != nil {
			return err
		}
	}
	return nil
}

// Filter reads CSV with a header and writes a line of scores for each row; it gives the exit code.
func Filter(in io.Reader, out io.Writer, problems io.Writer) int {
	given, err := io.ReadAll(in)
	if err != nil {
		fmt.Fprintln(problems, err)
		return 1
	}
	data := strings.TrimPrefix(wellFormed(string(given)), "\ufeff")
	lines := bufio.NewWriterSize(out, 1<<16)
	defer lines.Flush()
	classes := 0
	if Task == "multiclass" {
		classes = len(Classes)
	}
	var header []string
	places := map[string]int{}
	row := 0
	err = records(data, func(fields []string) error {
		if header == nil {
			header = fields
			for i, name := range fields {
				for _, input := range Inputs {
					if input.Name != name {
						continue
					}
					if _, twice := places[name]; twice {
						return fmt.Errorf("column %s is there twice", quoted(name))
					}
					places[name] = i
				}
			}
			names := []string{"prediction", "score"}
			for k := 0; k < classes; k++ {
				names = append(names, "score_"+Classes[k])
			}
			writeLine(lines, names)
			return nil
		}
		row++
		if len(fields) != len(header) {
			return fmt.Errorf("has %d fields; the header has %d", len(fields), len(header))
		}
		values := make(map[string]any, len(places))
		for name, at := range places {
			values[name] = fields[at]
		}
		result, err := Score(values)
		if err != nil {
			return err
		}
		cells := make([]string, 2, 2+classes)
		if !result.Missing {
			cells[0], cells[1] = result.Prediction, numberText(result.Score)
		}
		for k := 0; k < classes; k++ {
			value := ""
			if !result.Missing {
				value = numberText(result.Scores[k])
			}
			cells = append(cells, value)
		}
		writeLine(lines, cells)
		return nil
	})
	if err == nil && header == nil {
		err = fmt.Errorf("there is no header line")
	}
	if err == nil {
		return 0
	}
	where := "header"
	if row > 0 {
		where = fmt.Sprintf("row %d", row)
	}
	if problem, is := err.(*InputError); is {
		fmt.Fprintf(problems, "%s, column %s: %s\n", where, quoted(problem.Column), problem.Reason)
	} else {
		fmt.Fprintf(problems, "%s: %s\n", where, err)
	}
	return 1
}

func quoted(name string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

func writeLine(out *bufio.Writer, cells []string) {
	for i, value := range cells {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(cell(value))
	}
	out.WriteByte('\n')
}
