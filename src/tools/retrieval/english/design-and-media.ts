/** Design, canvases, diagrams, pictures, video, sound, three dimensions. Written as the tasks are. */
export const designAndMediaWords = `
frame create : artboard empty_screen screen_for_the_app
rectangle create shape : box square
ellipse create shape : circle oval round_shape
line connector create : arrow draw_an_arrow joined_by
polygon star create shape : triangle hexagon
text create set content : write_on_the_canvas wording put_the_words
text font size style : letters_bigger bigger_letters lettering typeface bolder typography
fill color set : paint~red paint~blue paint~green background_color tint
stroke border color set : outline edge_around line_around
corner radius set : rounded round_the_corners rounded_corners round_off sharp_corners
opacity set : see-through transparent see_through fade
effects shadow blur set : looks_lifted glow
layout auto padding spacing set : even_gaps room_between space_between breathing_space equal_distance same_distance
align alignment elements : line~up line_up neatly in_one_row level_with
distribute elements spacing : spread~evenly evenly
node move position : further_to_the_left further_to_the_right a_bit_lower a_bit_higher a_little_lower
node resize : wider narrower taller twice_as_big half_as_big
node rotate : tilt turn~degrees
node delete remove : take~off_the_canvas
node clone duplicate : same_box_again
node group : keep~together belong_together treat_as_one
node order layer front back : in_front_of behind_the on_top_of_the underneath
layer create rename visible hide : don't_show
node info selection get : what_have_i_selected what_have_i_marked what_is_selected what_did_i_pick
document info pages get : what_is_in_this_design
styles variables tokens get : which_colours_do_we which_colors_do_we our_brand_colours
component create instance : reusable building_block
component list library get : ready-made_parts ready-made_pieces
prototype reactions interaction : what_happens_on_click where_does_the_button
export image node : as_a_picture save~as_png
comment design post : remark_on_the_design
design code context get : build_this_screen turn_the_design_into
canvas clear : wipe_the_board clean_sheet
element canvas create : put_a_box
diagram create generate : boxes_and_arrows sketch_how show_how~connected
diagram sequence class state : who_calls_whom
diagram export render svg : diagram_as_a_picture
icon search get : little_symbol pictogram small_symbol symbol_for
logo svg search : brand_mark
photo search stock : free_pictures free_photos picture_to_use illustrate_my
image generate create : imagine make_me_a_picture make_a_picture picture_with picture_showing
image edit modify : change_the_picture put~into_the_photo take~out_of_the_photo
image background remove : without_background nothing_behind
image upscale enhance : sharper better_quality blurry
image resize crop : only_the_face cut~to_size thumbnail trim~picture smaller_picture
image convert format compress : smaller_file lighter_picture
image describe analyze vision : what_is_on_this_picture what_do_you_see what_is_in_the_photo what_can_you_see who_is_in_the_photo
image overlay watermark text : write~on_the_photo
image metadata exif : when_was~photographed which_camera where_was~taken
image variation style : in_the_style_of
video generate create : make_a_clip moving_picture
video trim cut clip : first_ten_seconds only_the_middle shorten
video concatenate merge : one_film_out_of stick_the_clips
video convert format : plays_on
video subtitle caption burn : words_below_the_film text_below
video audio extract : only_the_sound sound_of_the_film
video frame thumbnail extract : still_from
video speed : slow_motion faster_film
video transcript : what_is_said_in
video list search : clips_about film_about how-to_video
video details info : how_long_is_the_video
channel videos list : what_has~uploaded
scene source obs : what_the_viewers_see
audio transcribe speech text : recording_to_text voice_memo what_was_said_on
audio generate speech voice : read_this_to_me say_this_out read_out let_me_hear speak_this spoken_version
voice clone create : sound_like_me my_own_voice
voice list search : which_speakers who_can_speak
sound effect generate : noise bang
music generate compose : melody jingle background_tune
audio isolate separate noise remove : hiss background_noise only_the_singing
track create midi : new_instrument
clip notes midi add : play_the_chord
tempo set : beats_per_minute play_faster
playback play pause : stop_the_music carry_on_playing
playback skip next : don't_like_this_song
playback volume : louder quieter
playback current now : what_song_is_this what_is_playing what_am_i_listening
queue add track : play_after_this
recommendations tracks artists : something_like_this
object create scene primitive : cube sphere put_a_ball
object modify transform : rotate_the_thing
material texture set object : looks_like_wood looks_like_metal
scene info get : what_is_in_the_scene
camera light scene : brighter_scene look_from_above
model import asset : ready-made_model
render scene image : final_picture
model export stl print : for_the_printer
print job start 3d : make_this_part
printer status temperature : how_far_is_the_print print_done
sketch extrude part : give~depth
measure dimension part : how_thick how_wide
robot move joint arm : reach_for
robot pose position : where_is_the_arm
sensor read value : what_does_the_sensor
game object component create : new_enemy
scene hierarchy : what_stands_in_the_level
rectangle create shape : draw~box draw~square draw_a_box
ellipse create shape : draw~circle
line create connector : draw~line
text content set update : make~say should_read should_say ought_to_say now_says the_words_on
node clone duplicate : just_like_this one_just_like second_one_like another_one_like one_more_like make_a_second
export image node : as_a_png as_png as_an_svg as_svg as_a_jpg as_an_image picture_file
fill color set : coloured in_blue in_our_colours button~blue button~red button~green
component instance create : use_our_button ready-made_button
annotation set create : leave_a_hint remark_for_the_developers
font family set : handwriting serif
selection focus set : take_me_to_the show_me_the_layer jump_to_the_layer zoom_to
node resize size : bigger smaller larger enlarge
frame screen create : wireframe wireframes
align alignment : centre center centered centred aligned
spacing padding gap : gaps spaced margin margins
text style font : italic underlined underline
diagram draw : sketch sketches drawing
color fill : grey gray darker lighter coloured colored
image photo edit : retouch retouched brighten
transcribe speech audio : dictation dictate transcription
voice speech audio : speaker narrator narrate narration
`
