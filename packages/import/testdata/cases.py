"""Arguments of UNet2DModel for the references. Missing keys get the defaults of the constructor."""

SMALL = dict(
    sample_size=8, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4,
    down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"),
)
PLAIN = dict(SMALL, down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2)
THREE = dict(
    sample_size=8, block_out_channels=(8, 8, 16), layers_per_block=1, norm_num_groups=4,
    down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
)
HO = dict(downsample_padding=0, flip_sin_to_cos=False, freq_shift=1, norm_eps=1e-6, attention_head_dim=None)
RESNETS = dict(
    down_block_types=("ResnetDownsampleBlock2D", "AttnDownBlock2D"),
    up_block_types=("AttnUpBlock2D", "ResnetUpsampleBlock2D"), downsample_type="resnet", upsample_type="resnet",
)
SKIP = dict(
    sample_size=16, block_out_channels=(8, 16, 16), layers_per_block=1, norm_num_groups=None,
    down_block_types=("SkipDownBlock2D",) * 3, up_block_types=("SkipUpBlock2D",) * 3,
)
ATTENTION_SKIP = dict(
    SKIP, block_out_channels=(32, 32, 32),
    down_block_types=("SkipDownBlock2D", "AttnSkipDownBlock2D", "SkipDownBlock2D"),
    up_block_types=("SkipUpBlock2D", "AttnSkipUpBlock2D", "SkipUpBlock2D"),
)

CASES = {
    # Missing keys
    "ddpm": dict(SMALL, **HO),
    "all-defaults": dict(sample_size=16, block_out_channels=(32, 32, 64, 64)),
    "cifar-without-heads": dict(
        SMALL, block_out_channels=(8, 16, 16), down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"), downsample_padding=0, flip_sin_to_cos=False,
        freq_shift=1, norm_eps=1e-6,
    ),
    "without-size": {key: value for key, value in SMALL.items() if key != "sample_size"},
    "old-names": dict(
        SMALL, down_block_types=("UNetResDownBlock2D", "UNetResAttnDownBlock2D"),
        up_block_types=("UNetResAttnUpBlock2D", "UNetResUpBlock2D"),
    ),
    # Attention
    "one-head": dict(SMALL, attention_head_dim=None),
    "heads-of-one": dict(SMALL, attention_head_dim=1),
    "heads-of-five": dict(SMALL, attention_head_dim=5),
    "attention-everywhere": dict(
        THREE, down_block_types=("AttnDownBlock2D",) * 3, up_block_types=("AttnUpBlock2D",) * 3
    ),
    "attention-at-the-finest": dict(
        SMALL, down_block_types=("AttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "AttnUpBlock2D")
    ),
    "attention-down-only": dict(SMALL, up_block_types=("UpBlock2D",) * 2),
    "attention-up-only": dict(SMALL, down_block_types=("DownBlock2D",) * 2),
    # Time and scale
    "scale-shift": dict(SMALL, resnet_time_scale_shift="scale_shift"),
    "scale-shift-with-norm": dict(SMALL, resnet_time_scale_shift="scale_shift", attn_norm_num_groups=8),
    "scale-shift-resnets": dict(SMALL, resnet_time_scale_shift="scale_shift", **RESNETS),
    "fourier": dict(SMALL, time_embedding_type="fourier"),
    "learned": dict(SMALL, time_embedding_type="learned", num_train_timesteps=1000),
    "wide-time": dict(SMALL, time_embedding_dim=20),
    "shift-of-a-half": dict(SMALL, freq_shift=0.5),
    "negative-shift": dict(SMALL, freq_shift=-2),
    "sines-first": dict(SMALL, flip_sin_to_cos=False),
    "timesteps-ignored": dict(SMALL, num_train_timesteps=100),
    # Resampling
    "resnet-downsampling": dict(THREE, downsample_type="resnet"),
    "resnet-upsampling": dict(THREE, upsample_type="resnet"),
    "resnet-blocks": dict(
        THREE, down_block_types=("ResnetDownsampleBlock2D",) * 3, up_block_types=("ResnetUpsampleBlock2D",) * 3
    ),
    "asymmetric-padding": dict(THREE, downsample_padding=0),
    "skip-blocks": SKIP,
    "skip-blocks-with-attention": ATTENTION_SKIP,
    "skip-blocks-with-fourier": dict(
        ATTENTION_SKIP, time_embedding_type="fourier", mid_block_scale_factor=1.41421356237, attention_head_dim=None,
        norm_eps=1e-6, freq_shift=0,
    ),
    "skip-blocks-scale-shift": dict(SKIP, resnet_time_scale_shift="scale_shift", center_input_sample=True),
    # Activations
    "swish": dict(SMALL, act_fn="swish"),
    "mish": dict(SMALL, act_fn="mish"),
    "gelu": dict(SMALL, act_fn="gelu"),
    "relu": dict(SMALL, act_fn="relu"),
    # Classes
    "classes": dict(SMALL, num_class_embeds=5),
    "classes-as-timesteps": dict(SMALL, class_embed_type="timestep"),
    "classes-as-learned-timesteps": dict(
        SMALL, class_embed_type="timestep", time_embedding_type="learned", num_train_timesteps=50
    ),
    "classes-as-vectors": dict(SMALL, class_embed_type="identity", time_embedding_dim=12),
    # The middle
    "no-middle": dict(SMALL, mid_block_type=None),
    "no-attention-in-the-middle": dict(SMALL, add_attention=False),
    "scaled-middle": dict(SMALL, mid_block_scale_factor=2.5),
    "groups-in-the-middle": dict(SMALL, attn_norm_num_groups=2),
    # Shapes
    "rectangle": dict(THREE, sample_size=(8, 12)),
    "one-level": dict(
        SMALL, sample_size=5, block_out_channels=(8,), down_block_types=("DownBlock2D",), up_block_types=("UpBlock2D",)
    ),
    "three-layers": dict(PLAIN, layers_per_block=3),
    "odd-widths": dict(THREE, block_out_channels=(5, 15, 10), norm_num_groups=5, attention_head_dim=5),
    "grey": dict(SMALL, in_channels=1, out_channels=1),
    "alpha": dict(SMALL, in_channels=4, out_channels=4),
    "variances": dict(SMALL, out_channels=6),
    "centred": dict(SMALL, center_input_sample=True),
    "dropout-unused": dict(SMALL, dropout=0.3),
    "combined": dict(
        THREE, resnet_time_scale_shift="scale_shift", act_fn="mish", time_embedding_type="learned",
        num_train_timesteps=1000, num_class_embeds=3, sample_size=(12, 8), downsample_type="resnet",
        attention_head_dim=3, mid_block_scale_factor=0.5, attn_norm_num_groups=2, norm_eps=1e-4,
    ),
}
