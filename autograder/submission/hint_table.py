"""What to think about when code raises, by a pattern of the exception's text, and at times one of its kind.

An exception often says what the machine that grades lacks (a GPU, the internet, files, a keyboard), or what
is true of torch's insides and leads a student astray. A hint is a question or a fact about their code.
"""

from __future__ import annotations

from autograder.submission.pythons import HERE

_NO_GPU = "There is no GPU where this is graded: can the device come from the input (x.device)?"
_NO_INTERNET = (
    "There is no internet where this is graded: what of this do the functions that are checked need?"
)
_NO_FILES = (
    "Only your code is there when it is graded, no file beside it: can this move into a function that only "
    "your experiments call?"
)
_NO_PROCESSES = (
    "No other process can be started where this is graded: does it go without (num_workers=0, no subprocess)?"
)
_NO_ARGUMENTS = (
    "There is no command line where this is graded: can parse_args() stand under `if __name__ == "
    '"__main__":`?'
)
_SIZES = "Which sizes was this layer made with, and which shape has its input?"
_COMBINED = "Which shapes have the tensors that this line combines?"
_CLASSES = "Which ids can a target have, how many classes do the scores have, and which targets are left out?"
_AXES = "How many axes has the tensor here, and what does each count?"
_TENSOR = (
    "Which line makes an array of NumPy or a list, where torch needs a tensor (torch.tensor, torch.stack)?"
)
_FLOAT64 = (
    "Which of the two is float64, and why: an array of NumPy, .double(), torch.set_default_dtype? Inputs and "
    "weights are float32 here."
)
_ONE_NUMBER = (
    "Which of these tensors was meant to be one number, and over which axis is it still to be reduced?"
)
_STATE = (
    "What does this layer return, and which part of it is wanted: nn.RNN gives (outputs, h), nn.LSTM (h, c)?"
)
_RETURN = "Which function returns nothing, or on one of its ways nothing?"
_CUTS = "Which line cuts the way back: .detach(), .item(), .data, torch.no_grad(), numpy?"
_SCREEN = "There is no screen where this is graded: can plots stay in the notebook's experiments?"
_LARGE = "How large does this become, and which sizes multiply to it?"
_BATCH = "Which axis is the batch here: what is batch_first, and which shape has the state?"

# A pattern of the text and a hint, before them one of the kind where not every kind is meant. The first that
# fits counts; {0} is the first group of its pattern of the text.
TABLE: tuple[tuple[str, ...], ...] = (
    # -- where it is graded
    (
        "not compiled with CUDA|NVIDIA driver|No CUDA GPUs|CUDA generator without"
        "|not linked with support for|accelerator device when none|CUDA error: (?:no|invalid) device"
        "|on a CUDA device|MPS backend",
        _NO_GPU,
    ),
    (
        r"tensors to be on the same device|device type \w+ at start"
        r"|can't convert \w+(?::\d+)? device type tensor",
        "Which of these tensors was made without device=x.device?",
    ),
    (
        "URLError|HTTPError|gaierror|ConnectionError|ConnectionRefused|MaxRetry|SSLError|ProxyError",
        "",
        _NO_INTERNET,
    ),
    ("OfflineMode|LocalEntryNotFound|RemoteDisconnected|ConnectTimeout|NewConnection", "", _NO_INTERNET),
    (
        "urlopen error|name resolution|Name or service not known|getaddrinfo failed"
        "|Network is unreachable|Max retries exceeded|connect to '?https?://|No address associated",
        _NO_INTERNET,
    ),
    ("LookupError", r"(?i)nltk", _NO_INTERNET),
    ("FileNotFoundError|NotADirectoryError|IsADirectoryError|FileExistsError", "", _NO_FILES),
    ("PermissionError|OSError", "'.+'$|Read-only file system|No such file|No space left", _NO_FILES),
    (
        r"open file failed|unable to open database file|No such file or directory|\.\w+ not found\.$",
        _NO_FILES,
    ),
    ("UnpicklingError|RuntimeError", "Weights only load failed|PytorchStreamReader", _NO_FILES),
    ("AttributeError", r"Can't get attribute '\w+' on", _NO_FILES),
    (
        "PermissionError|BlockingIOError|OSError",
        r"^\[Errno (?:1|11)\] (?:Operation not permitted|Resource temporarily unavailable)$",
        _NO_PROCESSES,
    ),
    ("DataLoader worker|can't start new thread|daemonic processes|start a new process before", _NO_PROCESSES),
    ("SystemExit", "^2$", _NO_ARGUMENTS),
    (
        "SystemExit",
        "",
        "Which line ends the program (exit, quit, sys.exit), and what should happen in its place?",
    ),
    ("EOFError", "", "Nobody types where this is graded: can what input() asks for be an argument instead?"),
    (
        "KeyError",
        "^'[A-Z][A-Z0-9_]*_(?:KEY|TOKEN|DIR|PATH|HOME)'$|^'HOME'$",
        "No variable of your environment is set where this is graded: what do the functions that are "
        "checked need it for?",
    ),
    ("TclError", "", _SCREEN),
    (r"\$DISPLAY|no display name", _SCREEN),
    (
        "AttributeError",
        r"module 'numpy' has no attribute|`np\.\w+` was (?:a deprecated alias|removed)",
        "NumPy 2 grades: which name has this today (np.float is float, np.bool is bool)?",
    ),
    (
        "AttributeError",
        "module 'collections' has no attribute",
        f"{HERE} grades: which module has this name today?",
    ),
    (
        "ImportError",
        r"cannot import name '(\w+)' from '(torch|numpy)[\w.]*'",
        "Has the version of {1} that grades this still a {0}, and under which name?",
    ),
    ("MemoryError", "", _LARGE),
    ("DefaultCPUAllocator|can't allocate memory|not enough memory", _LARGE),
    ("RecursionError", "", "Which function calls itself here, and where does that end?"),
    # -- gradients
    (
        "modified by an inplace operation",
        "Which line writes into a tensor (x[:, t] = …, +=, copy_) from which an earlier step was computed?",
    ),
    (
        "backward through the graph a second time",
        "Which tensor is carried from one step of the training to the next? Detach it in between.",
    ),
    ("does not require grad and does not have a grad_fn", _CUTS),
    (r"Can't call numpy\(\) on Tensor that requires grad", _CUTS),
    (
        "being used in an in-place operation",
        "Which line writes into a tensor that was passed in: x[…] = …, +=, an underscore at a method's end?",
    ),
    (
        "created only for scalar outputs",
        "Over what is the loss still to be summed or averaged before backward()?",
    ),
    (
        "appears to not have been used in the graph",
        "Does the loss depend on every tensor that is asked for here?",
    ),
    (
        "optimizer got an empty parameter list",
        "Are the layers attributes of the module (self.… = …), those in a list in an nn.ModuleList?",
    ),
    (
        "can't optimize a non-leaf Tensor",
        "Was this weight computed from another one? Only one that was made for itself can be trained.",
    ),
    (r"as parameter '\w+' \(torch.nn.Parameter", "What makes a tensor a weight of a module (nn.Parameter)?"),
    ("only Tensors of floating point dtype can require gradients", "Why are these whole numbers?"),
    (
        "AttributeError",
        "'NoneType' object has no attribute '(?:zero_|data|norm|clone|detach)'",
        "Is there a gradient yet: has backward() been called, and on what depends the loss?",
    ),
    # -- dtypes, and what is no tensor
    (
        r"same dtype, but|Double but found|Float but found Double"
        r"|does not match weight dtype \(torch.float(?:32|64)\).*model.to\(torch.float(?:32|64)\)$"
        r"|not the same dtype|Double and Float|Float and Double",
        _FLOAT64,
    ),
    (
        "does not match weight dtype",
        "Why are these numbers no float32: are they ids, which an embedding takes?",
    ),
    (
        "following scalar types: Long|tensors used as indices must be|index tensor of type LongTensor",
        "Ids are whole numbers (torch.long): which line makes them floats?",
    ),
    (
        "target dtype to be Long|scalar type Long but found|target with class probabilities",
        "Are the targets ids of classes (torch.long), and which shapes have scores and targets?",
    ),
    ("only supports boolean masks", "Which comparison makes a mask of True and False out of this?"),
    ("could not infer output dtype", "Of which dtype are these numbers, and which has a mean (.float())?"),
    (
        r"torch\.return_types\.(?:max|min|sort|topk|median|mode|kthvalue)\b",
        "This gives two things, the values and their indices: which of them is wanted (.values)?",
    ),
    (
        "must be Tensor, not tuple|'tuple' object has no attribute '(?:size|shape|dim|view|reshape|squeeze"
        "|unsqueeze|detach|transpose|permute|flatten|contiguous|max|mean|sum|argmax|relu|tanh|float|to)'",
        _STATE,
    ),
    (
        r"lstm_cell\(\): argument 'hx'|tuple of Tensors, not Tensor",
        "An LSTM's state is two tensors, (h, c): which is missing here?",
    ),
    (
        r"must be Tensor, not |expected Tensor as element|'numpy\.ndarray' object has no attribute"
        r"|'list' object has no attribute '(?:size|shape|dim|view|to|unsqueeze|float|long|cuda)'"
        r"|got numpy|can't convert np\.ndarray",
        _TENSOR,
    ),
    (
        "one element tensors can be converted|cannot be converted to Scalar"
        "|single element can be converted|only (?:length-1|0-dimensional) arrays",
        _ONE_NUMBER,
    ),
    (
        "Boolean value of Tensor|truth value of an array",
        "Is this one yes or no, or one per entry (.any(), .all(), torch.where)?",
    ),
    # -- shapes
    ("shapes cannot be multiplied", _SIZES),
    (r"input.size\(-1\) must be equal to input_size|inconsistent input_size", _SIZES),
    (
        r"Expected hidden|batch size \d+ doesn't match hidden|hx should also be|hidden\w*\[?\d?\]? size",
        _BATCH,
    ),
    (
        "Expected input to be 2D or 3D",
        "Which axes does this layer want, and has its input a batch and steps?",
    ),
    ("must match the size of tensor|must match the existing size", _COMBINED),
    (
        "Expected size for first two dimensions of batch2|must be a 3D tensor|must be a matrix"
        "|<= 2 dimensions",
        _COMBINED,
    ),
    (
        "Sizes of tensors must match|same number of dimensions",
        "Which shapes have the tensors that this line joins, and along which axis?",
    ),
    (
        "stack expects each tensor to be equal size|expected sequence of length",
        "Which of these are shorter than the others, and what fills them up to one length?",
    ),
    (
        "number of sizes provided|number of dimensions in the tensor",
        "Which axes has the tensor in this line, and what does each count?",
    ),
    (
        "Expected target size|Expected input batch_size|multi-target not supported",
        "On which axis does the loss want the classes, and which shapes have scores and targets?",
    ),
    (
        r"shape '\[.*\]' is invalid for input of size",
        "Which shape has the tensor here, and which sizes multiply to as many numbers?",
    ),
    (
        "view size is not compatible",
        "Which line has exchanged axes before, and does view() then read in the right order?",
    ),
    ("Dimension out of range", _AXES),
    ("shape of the mask", "Which shapes have the mask and what it picks from?"),
    (
        r"INDICES element is out of DATA bounds|Expected `len\(lengths\)` to be equal to batch_size",
        "Which axis counts the rows here, and does packing know (batch_first=True)?",
    ),
    (
        "array must be sorted in decreasing order",
        "The rows come in any order: which argument of packing allows that, and in which order do the "
        "results come back?",
    ),
    (
        "Length of all samples has to be greater than 0",
        "Can a row be empty here, and what should become of it?",
    ),
    # -- ids
    (
        r"(?:Target|index) -100 is out of bounds|index -100\b",
        "Where a target is -100 (nothing to predict), is that entry left out before it is used as an index?",
    ),
    (r"Target -?\d+ is out of bounds|Class values must be smaller", _CLASSES),
    ("index out of range in self", "Which ids can occur, and how many rows has the embedding?"),
    (
        "IndexError|RuntimeError",
        r"index -?\d+ is out of bounds for dimension (\d+) with size (\d+)",
        "What does axis {0} count, and which indices are there in a size of {1}?",
    ),
    (
        "IndexError",
        "list index out of range|string index",
        "How long is this, and from where do the indices come?",
    ),
    ("KeyError", "", "Which keys has the mapping, and which can be asked for?"),
    (
        "probability tensor contains|multinomial distribution|constraint Simplex",
        "Are these numbers probabilities, and over which axis do they add up to 1?",
    ),
    # -- Python
    (r"before Module.__init__\(\) call", "What has to be the first line of __init__ in an nn.Module?"),
    (
        "NotImplementedError",
        'missing the required "forward"',
        "Is forward defined inside the class, under this name?",
    ),
    (
        r"Error\(s\) in loading state_dict",
        "Which names and shapes have the weights here, and which those that are loaded?",
    ),
    ("UnboundLocalError", "", "In which branch or loop is this variable set, and can that be left out?"),
    (
        "ValueError",
        "(?:too many|not enough) values to unpack",
        "How many things does the right side give, and how many names stand on the left?",
    ),
    ("TypeError", "cannot unpack non-iterable|NoneType", _RETURN),
    ("AttributeError", "'NoneType' object has no attribute", _RETURN),
    (
        "TypeError",
        r"(?:missing \d+ required|takes \d+ positional|takes from|unexpected keyword argument)",
        "Which arguments does the task name, and which does this call give? A method has self first.",
    ),
    ("TypeError", "iteration over a 0-d tensor", _ONE_NUMBER),
    (
        "TypeError",
        r"'(\w+)' object is not callable",
        "Is this a function, or does a variable have a function's name?",
    ),
    (
        "TypeError",
        r"must be tuple of ints|but got \(?float",
        "Which size is no whole number: is / meant as //?",
    ),
)
